// Stands in for llama.cpp's common/log.cpp, which prints to stderr from a thread of
// its own: the same interface, on our log sink.
#include <cstdarg>
#include <cstdio>

// The angle brackets matter: both headers are llama.cpp's.
#include <common.h>
#include <log.h>

#include "logging.h"

int abstractllm_engine_print(std::FILE* stream, const char* format, ...);

struct common_log {};

int abstractllm_engine_print(std::FILE*, const char* format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  const int length = std::vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  abstractllm::WriteLog(abstractllm::LogLevel::kError, text);
  return length;
}

int common_log_get_verbosity_thold() { return LOG_LEVEL_WARN; }
bool common_log_get_jsonl() { return false; }

int common_log_get_verbosity(enum ggml_log_level level) {
  switch (level) {
    case GGML_LOG_LEVEL_ERROR:
      return LOG_LEVEL_ERROR;
    case GGML_LOG_LEVEL_WARN:
      return LOG_LEVEL_WARN;
    default:
      return LOG_LEVEL_DEBUG;
  }
}

common_log* common_log_main() {
  static common_log log;
  return &log;
}

void common_log_add(common_log*, enum ggml_log_level level, const char* format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  std::vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  abstractllm::WriteLog(level == GGML_LOG_LEVEL_ERROR  ? abstractllm::LogLevel::kError
                        : level == GGML_LOG_LEVEL_WARN ? abstractllm::LogLevel::kWarn
                                                       : abstractllm::LogLevel::kDebug,
                        text);
}

void common_log_default_callback(enum ggml_log_level level, const char* text, void*) {
  common_log_add(nullptr, level, "%s", text);
}

// Settings of a terminal program, which we are not.
void common_log_add_json(common_log*, const char*, const common_json&) {}
void common_log_set_prefix(common_log*, bool) {}
void common_log_set_timestamps(common_log*, bool) {}
