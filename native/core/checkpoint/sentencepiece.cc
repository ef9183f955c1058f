#include "checkpoint/sentencepiece.h"

#include <cstring>
#include <new>

#include "checkpoint/whole_file.h"
#include "load_error.h"
#include "utf8.h"

namespace abstractllm {
namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{64} << 20;
constexpr size_t kMaxPieces = size_t{1} << 22;

// One field of a message: a number, or bytes.
struct Field {
  uint32_t number = 0;
  uint64_t value = 0;
  std::string_view bytes;
};

// Reads a message's fields in turn. Every length is held against what is left.
class MessageReader {
 public:
  explicit MessageReader(std::string_view bytes) : rest_(bytes) {}

  // False at the end, or at something malformed, which good() then tells.
  bool Next(Field* field) {
    if (rest_.empty()) return false;
    uint64_t key = 0;
    good_ = Varint(&key) && key >> 3 != 0 && key >> 3 <= UINT32_MAX && Value(key & 7, field);
    field->number = static_cast<uint32_t>(key >> 3);
    return good_;
  }
  bool good() const { return good_; }

 private:
  bool Varint(uint64_t* value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      *value |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool Take(uint64_t size, std::string_view* bytes) {
    if (size > rest_.size()) return false;
    *bytes = rest_.substr(0, static_cast<size_t>(size));
    rest_.remove_prefix(static_cast<size_t>(size));
    return true;
  }

  bool Value(uint64_t wire_type, Field* field) {
    uint64_t size = 0;
    switch (wire_type) {
      case 0:
        return Varint(&field->value);
      case 1:
        return Take(8, &field->bytes);
      case 2:
        return Varint(&size) && Take(size, &field->bytes);
      case 5:
        return Take(4, &field->bytes);
      default:
        return false;
    }
  }

  std::string_view rest_;
  bool good_ = true;
};

bool ReadPiece(std::string_view bytes, SentencePiece* piece) {
  MessageReader reader(bytes);
  for (Field field; reader.Next(&field);) {
    if (field.number == 1) piece->text = std::string(field.bytes);
    if (field.number == 2 && field.bytes.size() == sizeof piece->score) {
      std::memcpy(&piece->score, field.bytes.data(), sizeof piece->score);
    }
    if (field.number == 3) {
      // The same numbers as GGUF's but for the last two, which are the other way round.
      constexpr TokenKind kKinds[] = {
          TokenKind::kNormal,      TokenKind::kNormal, TokenKind::kUnknown, TokenKind::kControl,
          TokenKind::kUserDefined, TokenKind::kUnused, TokenKind::kByte};
      if (field.value < std::size(kKinds)) piece->kind = kKinds[field.value];
    }
  }
  return reader.good() && SanitizeUtf8(piece->text) == piece->text;
}

bool ReadTrainer(std::string_view bytes, SentencePieceModel* model, uint64_t* kind) {
  MessageReader reader(bytes);
  for (Field field; reader.Next(&field);) {
    const auto id = static_cast<int32_t>(field.value);
    if (field.number == 3) *kind = field.value;
    if (field.number == 40) model->unk_id = id;
    if (field.number == 41) model->bos_id = id;
    if (field.number == 42) model->eos_id = id;
    if (field.number == 43) model->pad_id = id;
  }
  return reader.good();
}

bool ReadNormalizer(std::string_view bytes, SentencePieceModel* model) {
  MessageReader reader(bytes);
  for (Field field; reader.Next(&field);) {
    if (field.number == 2) model->charsmap = std::string(field.bytes);
    if (field.number == 3) model->add_dummy_prefix = field.value != 0;
    if (field.number == 4) model->remove_extra_whitespaces = field.value != 0;
  }
  return reader.good();
}

}  // namespace

Result<SentencePieceModel> ParseSentencePiece(const std::string& path, std::string_view bytes) {
  SentencePieceModel model;
  uint64_t kind = 1;
  MessageReader reader(bytes);
  bool good = true;
  for (Field field; good && reader.Next(&field);) {
    if (field.number == 1) {
      SentencePiece piece;
      good = model.pieces.size() < kMaxPieces && ReadPiece(field.bytes, &piece);
      model.pieces.push_back(std::move(piece));
    }
    if (field.number == 2) good = ReadTrainer(field.bytes, &model, &kind);
    if (field.number == 3) good = ReadNormalizer(field.bytes, &model);
  }
  if (!good || !reader.good() || model.pieces.empty()) {
    return CannotLoad(path, "it is not a SentencePiece model", kGetAgain);
  }
  if (kind != 1 && kind != 2) {
    return Status::Error(Code::kUnsupportedModel,
                         "The tokenizer \"" + path +
                             "\" is a SentencePiece model of words or characters; those of "
                             "pieces (BPE, Unigram) are supported.",
                         {{"path", path}});
  }
  model.kind = static_cast<SentencePieceModel::Kind>(kind);
  return model;
}

Result<SentencePieceModel> ReadSentencePiece(const std::string& path) try {
  Result<std::string> bytes = ReadWholeFile(path, kMaxFileBytes);
  if (!bytes.ok()) return bytes.status();
  return ParseSentencePiece(path, bytes.value());
} catch (const std::bad_alloc&) {
  return Status::Error(Code::kResource, "There is not enough memory to read \"" + path + "\".",
                       {{"path", path}});
}

}  // namespace abstractllm
