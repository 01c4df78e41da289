/* The least that a first program can do: it says that it runs, and switches the machine off. */
#include <fcntl.h>
#include <sys/reboot.h>
#include <unistd.h>

int main(void) {
  static const char line[] = "<5>bench: ready\n";
  int log = open("/dev/kmsg", O_WRONLY);
  if (write(log, line, sizeof line - 1) < 0) return 1;
  sync();
  return reboot(RB_POWER_OFF);
}
