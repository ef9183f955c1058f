#include "logging.h"

#include <algorithm>
#include <mutex>

#include "ggml.h"
#include "llama.h"
#include "mtmd-helper.h"
#include "mtmd.h"

namespace abstractllm {
namespace {

thread_local LogScope* current_scope = nullptr;
thread_local ErrorCapture* current_capture = nullptr;
// The engine continues a line with GGML_LOG_LEVEL_CONT, without repeating its level.
thread_local LogLevel last_level = LogLevel::kNone;

constexpr size_t kMaxCapturedBytes = 4096;

LogLevel FromGgml(ggml_log_level level) {
  switch (level) {
    case GGML_LOG_LEVEL_ERROR:
      return LogLevel::kError;
    case GGML_LOG_LEVEL_WARN:
      return LogLevel::kWarn;
    case GGML_LOG_LEVEL_INFO:
      return LogLevel::kInfo;
    case GGML_LOG_LEVEL_CONT:
      return last_level;
    default:
      return LogLevel::kDebug;
  }
}

void OnEngineLog(ggml_log_level level, const char* text, void*) {
  last_level = FromGgml(level);
  WriteLog(last_level, text);
}

// "llama_model_load: error loading model: x" -> "error loading model: x"
std::string WithoutFunctionName(std::string line) {
  const size_t colon = line.find(": ");
  if (colon != std::string::npos && line.find(' ') == colon + 1) line.erase(0, colon + 2);
  return line;
}

// The first paragraph, on one line: what follows is the input that was at fault.
std::string OneLine(const std::string& text) {
  std::string result = text.substr(0, text.find("\n\n"));
  std::replace(result.begin(), result.end(), '\n', ' ');
  return result;
}

}  // namespace

const char* LogLevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kError:
      return "error";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kNone:
      break;
  }
  return "";
}

LogLevel LogLevelFromName(const std::string& name) {
  for (LogLevel level : {LogLevel::kError, LogLevel::kWarn, LogLevel::kInfo, LogLevel::kDebug}) {
    if (name == LogLevelName(level)) return level;
  }
  return LogLevel::kNone;
}

void InstallEngineLog() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set(OnEngineLog, nullptr);
    ggml_log_set(OnEngineLog, nullptr);
    mtmd_log_set(OnEngineLog, nullptr);
    mtmd_helper_log_set(OnEngineLog, nullptr);
  });
}

LogScope::LogScope(LogLevel level, LogFunction function)
    : level_(level), function_(std::move(function)), outer_(current_scope) {
  current_scope = this;
}

LogScope::~LogScope() { current_scope = outer_; }

ErrorCapture::ErrorCapture() : outer_(current_capture) { current_capture = this; }

ErrorCapture::~ErrorCapture() { current_capture = outer_; }

void WriteLog(LogLevel level, const char* text) {
  std::string line(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  if (line.empty() || line == ".") return;  // llama.cpp's progress dots
  if (level == LogLevel::kError && current_capture != nullptr &&
      current_capture->text_.size() < kMaxCapturedBytes) {
    std::string& captured = current_capture->text_;
    if (!captured.empty()) captured += "; ";
    captured += OneLine(WithoutFunctionName(line));
  }
  if (current_scope != nullptr && level <= current_scope->level_) {
    current_scope->function_(level, line);
  }
}

}  // namespace abstractllm
