#include "tokenizer/decoder.h"

#include "load_error.h"
#include "tokenizer/decoder_steps.h"
#include "tokenizer/spec_fields.h"

namespace abstractllm {
namespace {

using DecoderResult = Result<std::unique_ptr<TokenDecoder>>;

DecoderResult MakeStep(const JsonValue& spec, const std::string& path, bool* fused);

DecoderResult MakeSequence(SpecFields* fields, bool* fused) {
  std::vector<std::unique_ptr<TokenDecoder>> steps;
  const std::vector<JsonValue>& items = fields->RequiredItems("decoders");
  for (size_t i = 0; i < items.size(); ++i) {
    DecoderResult step = MakeStep(items[i], fields->PathOf("decoders", i), fused);
    if (!step.ok()) return step;
    steps.push_back(std::move(step.value()));
  }
  if (!fields->ok()) return fields->status();
  return std::unique_ptr<TokenDecoder>(std::make_unique<DecoderSequence>(std::move(steps)));
}

DecoderResult MakeReplace(SpecFields* fields) {
  const SpecFields::PatternSpec spec = fields->RequiredPattern("pattern");
  std::string content = fields->RequiredText("content");
  if (!fields->ok()) return fields->status();
  if (!spec.is_regex) {
    return std::unique_ptr<TokenDecoder>(
        std::make_unique<ReplaceDecoder>(Pattern::Literal(spec.text), std::move(content)));
  }
  Result<Pattern> pattern = Pattern::Compile(spec.text);
  if (!pattern.ok()) {
    fields->Fail(pattern.status().code, fields->PathOf("pattern"),
                 "cannot be used: " + pattern.status().message);
    return fields->status();
  }
  return std::unique_ptr<TokenDecoder>(
      std::make_unique<ReplaceDecoder>(std::move(pattern.value()), std::move(content)));
}

std::unique_ptr<TokenDecoder> MakeSimple(const std::string& type, bool fused, SpecFields* fields) {
  if (type == "ByteLevel") return std::make_unique<ByteLevelDecoder>();
  if (type == "ByteFallback") return std::make_unique<ByteFallbackDecoder>();
  if (type == "Fuse") return std::make_unique<FuseDecoder>();
  if (type == "Strip") {
    return std::make_unique<StripDecoder>(fields->RequiredText("content"),
                                          fields->Unsigned("start", 0), fields->Unsigned("stop", 0),
                                          fused);
  }
  if (type == "Metaspace") {
    const bool prefix = fields->Bool("add_prefix_space", true);
    const std::string scheme = fields->Text("prepend_scheme", prefix ? "always" : "never");
    return std::make_unique<MetaspaceDecoder>(fields->Text("replacement", "\xE2\x96\x81"),
                                              scheme != "never");
  }
  if (type == "WordPiece") {
    return std::make_unique<WordPieceDecoder>(fields->Text("prefix", "##"),
                                              fields->Bool("cleanup", true));
  }
  if (type == "BPEDecoder") {
    return std::make_unique<WordEndDecoder>(fields->Text("suffix", "</w>"));
  }
  if (type == "CTC") {
    return std::make_unique<CtcDecoder>(fields->Text("pad_token", "<pad>"),
                                        fields->Text("word_delimiter_token", "|"),
                                        fields->Bool("cleanup", true));
  }
  fields->Fail(Code::kUnsupportedModel, fields->PathOf("type"),
               "is the unknown kind " + Show(type));
  return nullptr;
}

// `fused`: whether all texts are one by now.
DecoderResult MakeStep(const JsonValue& spec, const std::string& path, bool* fused) {
  SpecFields fields(spec, path);
  const std::string type = fields.Type();
  if (type == "Sequence") return MakeSequence(&fields, fused);
  if (type == "Replace") return MakeReplace(&fields);
  std::unique_ptr<TokenDecoder> step = MakeSimple(type, *fused, &fields);
  if (!fields.ok()) return fields.status();
  *fused = *fused || type == "Fuse" || type == "ByteLevel";
  return step;
}

}  // namespace

DecoderResult MakeTokenDecoder(const JsonValue& spec, const std::string& path) {
  if (spec.kind == JsonValue::Kind::kNull) {
    return std::unique_ptr<TokenDecoder>(std::make_unique<SpacedDecoder>());
  }
  bool fused = false;
  return MakeStep(spec, path, &fused);
}

}  // namespace abstractllm
