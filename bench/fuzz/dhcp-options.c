/*
 * A parser of DHCP messages for libFuzzer, to have something to compare with: the fixed part (RFC 2131, section 2), the magic cookie and the
 * options (RFC 2132), with options 3, 6, 51, 54, 119 and 121 read (RFC 3397, RFC 3442). Nothing is allocated.
 *
 *   clang -O2 -g -fsanitize=fuzzer dhcp-options.c -o dhcp-options
 */
#include <stddef.h>
#include <stdint.h>

enum { fixed_length = 236, cookie_length = 4, pad = 0, end = 255 };

struct lease {
    uint32_t address, server, seconds;
    unsigned routers, resolvers, routes, labels;
};

static uint32_t read32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int read_routes(const uint8_t *value, size_t length, struct lease *lease)
{
    size_t at = 0;
    while (at < length) {
        unsigned width = value[at];
        size_t significant = (width + 7) / 8;
        if (width > 32 || length - at < 1 + significant + 4)
            return -1;
        at += 1 + significant + 4;
        lease->routes += 1;
    }
    return 0;
}

static int read_search(const uint8_t *value, size_t length, struct lease *lease)
{
    size_t at = 0;
    unsigned jumps = 0;
    while (at < length) {
        uint8_t label = value[at];
        if (label >= 0xc0) {
            if (at + 1 >= length || ++jumps > 16)
                return -1;
            size_t target = (size_t)(label & 0x3f) << 8 | value[at + 1];
            if (target >= at)
                return -1;
            at += 2;
        } else if (label > 63 || label > length - at - 1) {
            return -1;
        } else {
            at += 1 + (size_t)label;
            lease->labels += label != 0;
        }
    }
    return 0;
}

static int read_option(uint8_t code, const uint8_t *value, size_t length, struct lease *lease)
{
    switch (code) {
    case 3:
    case 6:
        if (length == 0 || length % 4 != 0)
            return -1;
        *(code == 3 ? &lease->routers : &lease->resolvers) += (unsigned)(length / 4);
        return 0;
    case 51:
    case 54:
        if (length != 4)
            return -1;
        *(code == 51 ? &lease->seconds : &lease->server) = read32(value);
        return 0;
    case 119:
        return read_search(value, length, lease);
    case 121:
        return read_routes(value, length, lease);
    default:
        return 0;
    }
}

static int read_message(const uint8_t *data, size_t size, struct lease *lease)
{
    if (size < fixed_length + cookie_length || data[0] != 2 || data[1] != 1 || data[2] != 6)
        return -1;
    if (read32(data + fixed_length) != 0x63825363)
        return -1;
    lease->address = read32(data + 16);
    for (size_t at = fixed_length + cookie_length; at < size;) {
        uint8_t code = data[at++];
        if (code == pad)
            continue;
        if (code == end)
            return 0;
        if (at == size || data[at] > size - at - 1)
            return -1;
        if (read_option(code, data + at + 1, data[at], lease) != 0)
            return -1;
        at += 1 + (size_t)data[at];
    }
    return -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static volatile unsigned sink;
    struct lease lease = {0};
    if (read_message(data, size, &lease) == 0)
        sink += lease.routes + lease.labels + lease.routers;
    return 0;
}
