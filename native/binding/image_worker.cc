#include "image_worker.h"

#include <algorithm>
#include <cstdint>

#include "convert_image_spec.h"
#include "event_to_js.h"
#include "js_fields.h"
#include "media/image_file.h"

namespace abstractllm {
namespace {

std::vector<uint8_t> BytesField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    ThrowType(object.Env(), name, "a Uint8Array");
  }
  const auto array = value.As<Napi::Uint8Array>();
  return {array.Data(), array.Data() + array.ByteLength()};
}

// What is no side of a picture becomes 0, which is none either.
int32_t SideField(const Napi::Object& object, const char* name) {
  const double side = NumberField(object, name);
  return side >= 1 && side <= INT32_MAX ? static_cast<int32_t>(side) : 0;
}

Napi::Object TileToJs(Napi::Env env, const ImageTile& tile) {
  Napi::Float32Array rgb = Napi::Float32Array::New(env, tile.rgb.size());
  std::copy(tile.rgb.begin(), tile.rgb.end(), rgb.Data());
  Napi::Object object = Napi::Object::New(env);
  object.Set("width", tile.width);
  object.Set("height", tile.height);
  object.Set("rgb", rgb);
  return object;
}

}  // namespace

ImageWorker::ImageWorker(Napi::Env env, const Napi::Object& source, const Napi::Object& spec)
    : Napi::AsyncWorker(env), spec_(ImageSpecFromJs(spec)), deferred_(env) {
  if (!source.Get("bytes").IsUndefined()) {
    file_ = BytesField(source, "bytes");
    return;
  }
  image_.width = SideField(source, "width");
  image_.height = SideField(source, "height");
  image_.rgb = BytesField(source, "rgb");
}

void ImageWorker::Execute() {
  if (image_.rgb.empty()) {
    Result<Image> image = DecodeImageFile({file_.data(), file_.size()}, {}, nullptr);
    if (!image.ok()) {
      status_ = image.status();
      return;
    }
    image_ = std::move(image.value());
  }
  Result<ProcessedImage> processed = ProcessImage(spec_, image_, nullptr);
  if (processed.ok()) {
    processed_ = std::move(processed.value());
  } else {
    status_ = processed.status();
  }
}

void ImageWorker::OnOK() {
  if (!status_.ok()) {
    deferred_.Reject(FailureToJs(Env(), status_));
    return;
  }
  Napi::Array tiles = Napi::Array::New(Env());
  for (const ImageTile& tile : processed_.tiles) tiles.Set(tiles.Length(), TileToJs(Env(), tile));
  Napi::Array layout = Napi::Array::New(Env());
  for (const LayoutPiece& piece : processed_.layout) {
    if (piece.tile < 0) {
      layout.Set(layout.Length(), Napi::String::New(Env(), piece.text));
    } else {
      layout.Set(layout.Length(), Napi::Number::New(Env(), piece.tile));
    }
  }
  Napi::Object object = Napi::Object::New(Env());
  object.Set("tiles", tiles);
  object.Set("layout", layout);
  deferred_.Resolve(object);
}

void ImageWorker::OnError(const Napi::Error& error) {
  deferred_.Reject(FailureToJs(Env(), Status::Error(Code::kInternal, error.Message())));
}

}  // namespace abstractllm
