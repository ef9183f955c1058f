// Measures the core alone, without JavaScript: core_bench --help.
#include <cstdio>
#include <cstring>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>

#include "backend.h"
#include "report.h"
#include "scenarios.h"

namespace {

using namespace abstractllm;
using namespace abstractllm::bench;

constexpr char kHelp[] =
    "core_bench --model FILE [options]\n"
    "  --rounds N      repetitions, 1 to 1000; medians are shown (3)\n"
    "  --threads N     1 to 512 (as the core chooses)\n"
    "  --only A,B      of: load, prefill, decode, streams, chats, prefix, admission, abort\n"
    "  --quick         small sizes, to see that it works\n"
    "  --json          for programs\n";

int ParseNumber(const std::string& flag, const std::string& text, int largest) {
  size_t used = 0;
  int number = 0;
  try {
    number = std::stoi(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == 0 || used != text.size() || number < 1 || number > largest) {
    throw std::runtime_error(flag + " takes a number from 1 to " + std::to_string(largest) +
                             ", not '" + text + "'");
  }
  return number;
}

std::set<std::string> ParseNames(const std::string& text) {
  std::set<std::string> known = {"load"};
  for (const Scenario& scenario : Scenarios()) known.insert(scenario.name);
  std::set<std::string> names;
  std::istringstream stream(text);
  for (std::string name; std::getline(stream, name, ',');) {
    if (known.count(name) == 0) throw std::runtime_error("--only: there is no '" + name + "'");
    names.insert(name);
  }
  return names;
}

Settings ParseArguments(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--json") {
      settings.json = true;
    } else if (flag == "--quick") {
      settings.sizes = QuickSizes();
    } else if (i + 1 >= argc) {
      throw std::runtime_error("unknown, or without its value: " + flag);
    } else if (flag == "--model") {
      settings.model = argv[++i];
    } else if (flag == "--rounds") {
      settings.rounds = ParseNumber(flag, argv[++i], 1000);
    } else if (flag == "--threads") {
      settings.threads = ParseNumber(flag, argv[++i], 512);
    } else if (flag == "--only") {
      settings.only = ParseNames(argv[++i]);
    } else {
      throw std::runtime_error("unknown: " + flag);
    }
  }
  if (settings.model.empty()) throw std::runtime_error("--model is missing");
  return settings;
}

bool Wanted(const Settings& settings, const char* name) {
  return settings.only.empty() || settings.only.count(name) > 0;
}

void Run(const Settings& settings) {
  const Status backend = InitBackend("");
  if (!backend.ok()) throw std::runtime_error(backend.message);
  Metrics metrics;
  // The last session stays for the rest.
  std::unique_ptr<Session> session;
  for (int round = 0; round < (Wanted(settings, "load") ? settings.rounds : 1); ++round) {
    session.reset();
    session = std::make_unique<Session>(settings);
    if (Wanted(settings, "load")) Record("load", "ms", session->load_ms(), &metrics);
  }
  for (const Scenario& scenario : Scenarios()) {
    if (!Wanted(settings, scenario.name)) continue;
    for (int round = 0; round < settings.rounds; ++round) {
      scenario.measure(*session, settings.sizes, &metrics);
    }
  }
  const ModelInfo& model = session->info();
  std::fputs((settings.json ? AsJson(model, metrics) : AsTable(model, metrics)).c_str(), stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  try {
    const Settings settings = ParseArguments(argc, argv);
    Run(settings);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "core_bench: %s\n", error.what());
    return 1;
  }
}
