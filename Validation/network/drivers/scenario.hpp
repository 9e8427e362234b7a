// What both drivers read; `derive.py` writes it and says what each field is.
#pragma once

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

struct Link {
  int from;
  int to;
  double bytesPerSecond;
  double latency;
};

struct Flow {
  double start;
  uint64_t bytes;
  int weight;
  double rateCap;
  std::vector<int> route;
};

struct Scenario {
  std::vector<Link> links;
  std::vector<Flow> flows;

  explicit Scenario(const std::string &path) {
    std::ifstream input(path);
    links.resize(count(input, "links"));
    for (auto &link : links)
      input >> link.from >> link.to >> link.bytesPerSecond >> link.latency;
    flows.resize(count(input, "flows"));
    for (auto &flow : flows) {
      size_t hops = 0;
      input >> flow.start >> flow.bytes >> flow.weight >> flow.rateCap >> hops;
      flow.route.resize(hops);
      for (auto &link : flow.route) input >> link;
    }
    if (!input) throw std::runtime_error(path + ": not a scenario");
  }

  double latency(const Flow &flow) const {
    double sum = 0;
    for (int link : flow.route) sum += links[link].latency;
    return sum;
  }

  int source(const Flow &flow) const { return links[flow.route.front()].from; }
  int target(const Flow &flow) const { return links[flow.route.back()].to; }

  int vertexCount() const {
    int largest = -1;
    for (const auto &link : links) largest = std::max({largest, link.from, link.to});
    return largest + 1;
  }

 private:
  static size_t count(std::istream &input, const std::string &wanted) {
    std::string word;
    size_t number = 0;
    input >> word >> number;
    if (word != wanted) throw std::runtime_error("expected " + wanted);
    return number;
  }
};
