#include "convert_audio_spec.h"

#include "js_fields.h"

namespace abstractllm {
namespace {

AudioTail TailFromJs(const Napi::Object& object, const char* name) {
  const std::string value = StringField(object, name);
  if (value == "window") return AudioTail::kWindow;
  if (value == "look-ahead") return AudioTail::kLookAhead;
  if (value == "zeros") return AudioTail::kZeros;
  if (value == "silence") return AudioTail::kSilence;
  ThrowType(object.Env(), name, "a known name");
}

int32_t Whole(const Napi::Object& object, const char* name) {
  const double number = NumberField(object, name);
  if (!(number >= 0 && number <= INT32_MAX) || number != static_cast<int32_t>(number)) {
    ThrowType(object.Env(), name, "an integer from 0");
  }
  return static_cast<int32_t>(number);
}

}  // namespace

AudioSpec AudioSpecFromJs(const Napi::Object& object) {
  AudioSpec spec;
  spec.placeholder = StringField(object, "placeholder");
  spec.before = StringField(object, "before");
  spec.after = StringField(object, "after");
  spec.bands = Whole(object, "bands");
  spec.window = Whole(object, "window");
  spec.grain = Whole(object, "grain");
  spec.least = Whole(object, "least");
  spec.tail = TailFromJs(object, "tail");
  return spec;
}

}  // namespace abstractllm
