// What a model would see of a picture, made on a pool thread. No model is needed: this is
// how processors are compared with those of other libraries.
#pragma once

#include <cstdint>
#include <vector>

#include "media/image.h"
#include "media/image_processor.h"
#include "napi_setup.h"
#include "status.h"

namespace abstractllm {

class ImageWorker final : public Napi::AsyncWorker {
 public:
  // `source`: {bytes} of a picture file, or {width, height, rgb}; copied. Throws a TypeError
  // that names the field.
  ImageWorker(Napi::Env env, const Napi::Object& source, const Napi::Object& spec);
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override;
  void OnOK() override;
  void OnError(const Napi::Error& error) override;

  std::vector<uint8_t> file_;
  Image image_;
  ImageSpec spec_;
  ProcessedImage processed_;
  Status status_;
  Napi::Promise::Deferred deferred_;
};

}  // namespace abstractllm
