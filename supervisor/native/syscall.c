/*
 * The only C of Eft: raw system calls, and readiness of file descriptors through the event loop that Node has anyway.
 *
 * Everything that can be said in TypeScript is said there (the wrappers beside this file): this file knows no system
 * call by name and no struct. It uses Node-API and libuv's uv_poll, whose binary interfaces are stable.
 *
 * Danger: `syscall` hands the kernel the address of the caller's buffer and checks no length: a wrong length is a wild
 * write into PID 1. Hence only the wrappers may call it, and a worker, where modules live, cannot load it.
 */
#define NAPI_VERSION 8
#include <errno.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#define ARGUMENTS_MAX 6 /* what a system call takes */
#define SAFE_INTEGER_MAX 9007199254740991LL
#define EVENTS (UV_READABLE | UV_WRITABLE | UV_DISCONNECT | UV_PRIORITIZED)

/* What one loading of this file owns. */
typedef struct {
  napi_env env;
  napi_async_cleanup_hook_handle hook;
  struct watch *watches; /* Scripts name them by descriptor, so that no script can hold a stale pointer. */
  int open;              /* handles that the loop still knows */
  bool ending;
} instance;

/* One watched descriptor. Freed by libuv's close callback, never earlier: the loop may still hold it. */
typedef struct watch {
  uv_poll_t handle;
  instance *owner;
  struct watch *next;
  napi_ref callback;
  int fd;
} watch;

static napi_value number(napi_env env, int64_t value) {
  napi_value result = NULL;
  if (value >= -SAFE_INTEGER_MAX && value <= SAFE_INTEGER_MAX) napi_create_int64(env, value, &result);
  else napi_create_bigint_int64(env, value, &result);
  return result;
}

/* The memory of a typed array. A shared buffer is refused (another thread could change it under the kernel's hands),
 * and so is a detached one (it has no memory). Asking for the memory also pins it: V8 moves only small arrays whose
 * memory nobody has asked for. */
static bool view_address(napi_env env, napi_value value, uintptr_t *address) {
  bool is_typed_array = false, is_plain = false, is_detached = true;
  napi_value buffer;
  void *data = NULL;
  if (napi_is_typedarray(env, value, &is_typed_array) != napi_ok || !is_typed_array) return false;
  if (napi_get_typedarray_info(env, value, NULL, NULL, &data, &buffer, NULL) != napi_ok) return false;
  if (napi_is_arraybuffer(env, buffer, &is_plain) != napi_ok || !is_plain) return false;
  if (napi_is_detached_arraybuffer(env, buffer, &is_detached) != napi_ok || is_detached) return false;
  *address = (uintptr_t)data;
  return true;
}

/* A word for the kernel: an integer as number or bigint, or the address of a typed array. */
static bool word(napi_env env, napi_value value, long *result) {
  napi_valuetype type;
  double real;
  bool lossless = false;
  int64_t integer;
  uint64_t natural;
  uintptr_t address;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  if (type == napi_number) {
    if (napi_get_value_double(env, value, &real) != napi_ok) return false;
    if (!(real >= -SAFE_INTEGER_MAX && real <= SAFE_INTEGER_MAX) || real != (double)(int64_t)real) return false;
    *result = (long)real;
    return true;
  }
  if (type == napi_bigint) {
    if (napi_get_value_bigint_int64(env, value, &integer, &lossless) != napi_ok) return false;
    if (!lossless && napi_get_value_bigint_uint64(env, value, &natural, &lossless) != napi_ok) return false;
    *result = (long)integer; /* the low 64 bits, whichever of the two ranges it was in */
    return lossless;
  }
  if (type != napi_object || !view_address(env, value, &address)) return false;
  *result = (long)address;
  return true;
}

/* syscall(number, up to 6 words, keepAlive?): what the kernel returned, -errno included. A seventh word is only held
 * on to during the call: the buffers whose addresses stand inside other buffers. */
static napi_value call_kernel(napi_env env, napi_callback_info info) {
  napi_value values[ARGUMENTS_MAX + 2];
  size_t count = ARGUMENTS_MAX + 2;
  long words[ARGUMENTS_MAX + 1] = {0};
  napi_get_cb_info(env, info, &count, values, NULL, NULL);
  for (size_t index = 0; index < count && index < ARGUMENTS_MAX + 1; index++) {
    if (word(env, values[index], &words[index])) continue;
    napi_throw_type_error(env, "ERR_EFT_SYSCALL_ARGUMENT",
                          "a system call takes integers of 64 bits and typed arrays that are neither shared nor detached");
    return NULL;
  }
  errno = 0;
  long result = syscall(words[0], words[1], words[2], words[3], words[4], words[5], words[6]);
  return number(env, result == -1 && errno != 0 ? -(int64_t)errno : result);
}

/* addressOf(view): its address, as a bigint. The caller keeps the view alive for as long as the kernel may use it. */
static napi_value address_of(napi_env env, napi_callback_info info) {
  napi_value value, result = NULL;
  size_t count = 1;
  uintptr_t address;
  napi_get_cb_info(env, info, &count, &value, NULL, NULL);
  if (!view_address(env, value, &address)) {
    napi_throw_type_error(env, "ERR_EFT_SYSCALL_ARGUMENT", "only a typed array that is neither shared nor detached has an address");
    return NULL;
  }
  napi_create_bigint_uint64(env, address, &result);
  return result;
}

static void free_when_done(instance *self) {
  if (!self->ending || self->open > 0) return;
  napi_remove_async_cleanup_hook(self->hook);
  free(self);
}

static void on_closed(uv_handle_t *handle) {
  watch *closed = (watch *)handle;
  instance *self = closed->owner;
  free(closed);
  self->open--;
  free_when_done(self);
}

static watch **find(instance *self, int fd) {
  watch **link = &self->watches;
  while (*link != NULL && (*link)->fd != fd) link = &(*link)->next;
  return link;
}

static void stop(instance *self, watch **link) {
  watch *stopped = *link;
  *link = stopped->next;
  napi_delete_reference(self->env, stopped->callback);
  uv_close((uv_handle_t *)stopped, on_closed);
}

/* Calls the script back with (status, events). A failed watch (status < 0) is stopped by libuv until it is changed. */
static void on_ready(uv_poll_t *handle, int status, int events) {
  watch *ready = (watch *)handle;
  napi_env env = ready->owner->env;
  napi_handle_scope scope;
  napi_value callback, global, arguments[2], error;
  if (ready->owner->ending || napi_open_handle_scope(env, &scope) != napi_ok) return;
  if (napi_get_reference_value(env, ready->callback, &callback) == napi_ok && napi_get_global(env, &global) == napi_ok) {
    arguments[0] = number(env, status);
    arguments[1] = number(env, events);
    if (napi_make_callback(env, NULL, global, callback, 2, arguments, NULL) == napi_pending_exception &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok) {
      napi_fatal_exception(env, error);
    }
  }
  napi_close_handle_scope(env, scope);
}

static int start(instance *self, int fd, int events, napi_value callback) {
  uv_loop_t *loop;
  napi_valuetype type;
  if (napi_typeof(self->env, callback, &type) != napi_ok || type != napi_function) return -EINVAL;
  if (napi_get_uv_event_loop(self->env, &loop) != napi_ok) return -ENOSYS;
  watch *started = calloc(1, sizeof(watch));
  if (started == NULL) return -ENOMEM;
  int status = napi_create_reference(self->env, callback, 1, &started->callback) == napi_ok ? 0 : -ENOMEM;
  if (status == 0) status = uv_poll_init(loop, &started->handle, fd);
  if (status != 0) {
    if (started->callback != NULL) napi_delete_reference(self->env, started->callback);
    free(started);
    return status;
  }
  started->owner = self;
  started->fd = fd;
  started->next = self->watches;
  self->watches = started;
  self->open++;
  status = uv_poll_start(&started->handle, events, on_ready);
  if (status != 0) stop(self, &self->watches);
  return status;
}

/* poll(fd, events, callback) starts, poll(fd, events) changes, poll(fd) stops: 0 or -errno. */
static napi_value poll_descriptor(napi_env env, napi_callback_info info) {
  napi_value values[3];
  size_t count = 3;
  instance *self;
  int fd = -1, events = 0;
  napi_get_cb_info(env, info, &count, values, NULL, (void **)&self);
  if (count == 0 || napi_get_value_int32(env, values[0], &fd) != napi_ok) return number(env, -EINVAL);
  if (count > 1 && napi_get_value_int32(env, values[1], &events) != napi_ok) return number(env, -EINVAL);
  if (fd < 0 || self->ending) return number(env, -EBADF);
  watch **link = find(self, fd);
  if (count >= 3) return number(env, *link != NULL ? -EEXIST : start(self, fd, events & EVENTS, values[2]));
  if (*link == NULL) return number(env, -ENOENT);
  if (count == 2) return number(env, uv_poll_start(&(*link)->handle, events & EVENTS, on_ready));
  stop(self, link);
  return number(env, 0);
}

/* Node ends its loop only after this hook is removed, which is when the last handle is closed. */
static void on_environment_end(napi_async_cleanup_hook_handle hook, void *data) {
  instance *self = data;
  self->hook = hook;
  self->ending = true;
  while (self->watches != NULL) stop(self, &self->watches);
  free_when_done(self);
}

NAPI_MODULE_INIT() {
  if (syscall(SYS_gettid) != getpid()) {
    napi_throw_error(env, "ERR_EFT_NATIVE_WORKER", "system calls are refused outside the main thread");
    return NULL;
  }
  instance *self = calloc(1, sizeof(instance));
  if (self == NULL) {
    napi_throw_error(env, NULL, "no memory is left");
    return NULL;
  }
  self->env = env;
  napi_property_descriptor functions[] = {
      {"syscall", NULL, call_kernel, NULL, NULL, NULL, napi_enumerable, NULL},
      {"addressOf", NULL, address_of, NULL, NULL, NULL, napi_enumerable, NULL},
      {"poll", NULL, poll_descriptor, NULL, NULL, NULL, napi_enumerable, self},
  };
  if (napi_define_properties(env, exports, 3, functions) != napi_ok ||
      napi_add_async_cleanup_hook(env, on_environment_end, self, &self->hook) != napi_ok) {
    free(self);
    napi_throw_error(env, NULL, "the functions cannot be defined");
  }
  return exports;
}
