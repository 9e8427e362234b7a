#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A std::priority_queue of 24-byte events: time, sequence number, subject and kind.
typedef struct peer_queue peer_queue;

/// What a stretch of the hold model left behind.
typedef struct {
  uint64_t checksum;
  double cpu_seconds;
} peer_result;

/// A queue of `pending` events, one from each of the first increments in turn. `mask` + 1 increments, a
/// power of two.
peer_queue *peer_create(const int64_t *increments, uint64_t mask, uint64_t pending);

/// `operations` times: take the earliest event, mix it into the checksum, put it back one increment later.
peer_result peer_hold(peer_queue *queue, uint64_t operations);

void peer_destroy(peer_queue *queue);

/// CPU time of this process so far.
double peer_cpu_seconds(void);

/// Calls of malloc, calloc, realloc and their aligned kin by this process so far.
uint64_t peer_allocation_count(void);

#ifdef __cplusplus
}
#endif
