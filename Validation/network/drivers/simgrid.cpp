// SimGrid as a plain max-min solver: prints `flow end_seconds` for a scenario.
//
// Its CM02 model without corrections for TCP. CM02 divides a link in inverse proportion to latency, so links have
// none here: a flow waits for the latency of its route and then sends, as `rehearse flows` defines it. A flow of
// weight w is w equal flows of a w-th of its bytes and of its cap.

#include <algorithm>
#include <cstdio>
#include <map>
#include <simgrid/s4u.hpp>

#include "scenario.hpp"

namespace s4u = simgrid::s4u;

int main(int argumentCount, char **arguments) {
  s4u::Engine engine(&argumentCount, arguments);
  for (const char *setting :
       {"network/model:CM02", "network/bandwidth-factor:1", "network/latency-factor:1", "network/weight-S:0",
        "network/TCP-gamma:0", "network/crosstraffic:0", "network/optim:Full", "surf/precision:1e-12",
        "maxmin/precision:1e-9"})
    s4u::Engine::set_config(setting);
  const Scenario scenario(arguments[1]);

  auto *zone = s4u::create_full_zone("network");
  std::vector<s4u::Host *> vertices;
  for (int vertex = 0; vertex < scenario.vertexCount(); vertex++)
    vertices.push_back(zone->create_host("v" + std::to_string(vertex), 1e9));
  std::vector<s4u::Link *> links;
  for (const auto &link : scenario.links) {
    auto *made = zone->create_link("l" + std::to_string(links.size()), link.bytesPerSecond);
    made->set_latency(0)->set_sharing_policy(s4u::Link::SharingPolicy::SHARED)->seal();
    links.push_back(made);
  }
  // One route per pair: flows of a pair have the same.
  std::map<std::pair<int, int>, std::vector<int>> routes;
  for (const auto &flow : scenario.flows) {
    const std::pair<int, int> pair(scenario.source(flow), scenario.target(flow));
    const auto [entry, isNew] = routes.emplace(pair, flow.route);
    if (entry->second != flow.route) throw std::runtime_error("two routes for a pair");
    if (!isNew) continue;
    std::vector<s4u::LinkInRoute> path;
    for (int link : flow.route) path.emplace_back(links[link]);
    zone->add_route(vertices[pair.first]->get_netpoint(), vertices[pair.second]->get_netpoint(), nullptr,
                    nullptr, path, false);
  }
  zone->seal();

  char payload = 0;
  std::vector<double> ends(scenario.flows.size(), 0);
  for (size_t index = 0; index < scenario.flows.size(); index++) {
    const auto &flow = scenario.flows[index];
    if (flow.bytes % flow.weight != 0) throw std::runtime_error("bytes must be a multiple of the weight");
    auto *from = vertices[scenario.source(flow)];
    auto *to = vertices[scenario.target(flow)];
    for (int part = 0; part < flow.weight; part++) {
      auto *mailbox = s4u::Mailbox::by_name(std::to_string(index) + "." + std::to_string(part));
      s4u::Actor::create("sender", from, [&flow, &scenario, &payload, mailbox] {
        s4u::this_actor::sleep_until(flow.start + scenario.latency(flow));
        auto transfer = mailbox->put_init(&payload, flow.bytes / flow.weight);
        if (flow.rateCap > 0) transfer->set_rate(flow.rateCap / flow.weight);
        transfer->wait();
      });
      s4u::Actor::create("receiver", to, [&ends, index, mailbox] {
        mailbox->get<char>();
        ends[index] = std::max(ends[index], s4u::Engine::get_clock());
      });
    }
  }
  engine.run();
  for (size_t index = 0; index < ends.size(); index++) std::printf("%zu %.12g\n", index, ends[index]);
}
