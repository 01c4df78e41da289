/* Says in the kernel log that what was to be ready is ready. */
#include <fcntl.h>
#include <unistd.h>

int main(void) {
  static const char line[] = "<5>bench: ready\n";
  int log = open("/dev/kmsg", O_WRONLY);
  return write(log, line, sizeof line - 1) < 0;
}
