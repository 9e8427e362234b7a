#include "PriorityQueuePeer.h"

#include <ctime>
#include <queue>
#include <vector>

namespace {

struct Event {
  int64_t time;
  uint64_t sequence;
  int32_t subject;
  int32_t kind;
};
static_assert(sizeof(Event) == 24);

struct Later {
  bool operator()(const Event &a, const Event &b) const {
    return a.time != b.time ? a.time > b.time : a.sequence > b.sequence;
  }
};

uint64_t mix(uint64_t checksum, const Event &event) {
  return ((checksum << 5) | (checksum >> 59)) ^ static_cast<uint64_t>(event.time) ^
         (static_cast<uint64_t>(static_cast<uint32_t>(event.subject)) << 40);
}

}  // namespace

struct peer_queue {
  std::priority_queue<Event, std::vector<Event>, Later> events;
  const int64_t *increments;
  uint64_t mask;
  uint64_t cursor = 0;
  uint64_t sequence = 0;
  uint64_t checksum = 0;
};

extern "C" double peer_cpu_seconds(void) {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

extern "C" peer_queue *peer_create(const int64_t *increments, uint64_t mask, uint64_t pending) {
  std::vector<Event> storage;
  storage.reserve(pending + 1);
  auto *queue = new peer_queue{decltype(peer_queue::events)(Later(), std::move(storage)), increments, mask};
  for (uint64_t i = 0; i < pending; i++) {
    queue->events.push({increments[queue->cursor++ & mask], queue->sequence++, static_cast<int32_t>(i), 0});
  }
  return queue;
}

extern "C" peer_result peer_hold(peer_queue *queue, uint64_t operations) {
  double start = peer_cpu_seconds();
  uint64_t checksum = queue->checksum;
  for (uint64_t i = 0; i < operations; i++) {
    Event event = queue->events.top();
    queue->events.pop();
    checksum = mix(checksum, event);
    event.time += queue->increments[queue->cursor++ & queue->mask];
    event.sequence = queue->sequence++;
    queue->events.push(event);
  }
  queue->checksum = checksum;
  return {checksum, peer_cpu_seconds() - start};
}

extern "C" void peer_destroy(peer_queue *queue) { delete queue; }
