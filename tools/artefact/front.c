/* The first bytes of the panel's one file. Hands over to the script that was compiled in (front.sh); a program, not
   a script itself, because file managers start programs and open scripts in an editor. */
#include <stdio.h>
#include <unistd.h>
#include "front.h"

int main(void) {
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) {
        return 1;
    }
    self[length] = '\0';
    execl("/bin/sh", "sh", "-c", SCRIPT, "panel", self, (char *)NULL);
    perror("/bin/sh");
    return 1;
}
