/* Narrows every IPv4 bind() to "any interface" to 127.0.0.1, for servers that cannot be told. Loaded by LD_PRELOAD. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int bind(int fd, const struct sockaddr *addr, socklen_t len) {
  int (*real_bind)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
  if (addr && addr->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
    struct sockaddr_in narrowed;
    memcpy(&narrowed, addr, sizeof narrowed);
    if (narrowed.sin_addr.s_addr == htonl(INADDR_ANY)) {
      narrowed.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      return real_bind(fd, (struct sockaddr *)&narrowed, sizeof narrowed);
    }
  }
  return real_bind(fd, addr, len);
}
