/* /sbin/init of a namespace in which nothing runs but Node.js: what starts it there gives parameters that Node.js would not take. */
#include <unistd.h>

int main(void) {
  char *const parameters[] = {"node", "/bench.cjs", 0};
  char *const environment[] = {0};
  return execve("/usr/bin/node", parameters, environment);
}
