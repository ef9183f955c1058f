#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "tokenizer/pattern/pattern_program.h"

namespace abstractllm {
namespace {

using Kind = PatternNode::Kind;
using Op = PatternInstruction::Op;

constexpr size_t kMaxInstructions = 4096;
constexpr size_t kMaxSets = 512;
constexpr size_t kMaxDispatched = 64;
// Farther than this nobody looks for what comes next.
constexpr int kMaxFirstSteps = 64;

// Whether a node can match no characters.
bool MayBeEmpty(const PatternNode& node) {
  const auto child_may = [](const PatternNode& child) { return MayBeEmpty(child); };
  switch (node.kind) {
    case Kind::kSequence:
      return std::all_of(node.children.begin(), node.children.end(), child_may);
    case Kind::kAlternation:
      return std::any_of(node.children.begin(), node.children.end(), child_may);
    case Kind::kClass:
      return false;
    case Kind::kRepeat:
      return node.min == 0 || MayBeEmpty(node.children[0]);
    case Kind::kLook:
    case Kind::kAssert:
      return true;
  }
  return true;
}

// How many characters a node matches, if that is always the same.
std::optional<uint32_t> FixedLength(const PatternNode& node) {
  uint32_t total = 0;
  std::optional<uint32_t> first;
  switch (node.kind) {
    case Kind::kSequence:
      for (const PatternNode& child : node.children) {
        const auto length = FixedLength(child);
        if (!length) return std::nullopt;
        total += *length;
      }
      return total;
    case Kind::kAlternation:
      for (const PatternNode& child : node.children) {
        const auto length = FixedLength(child);
        if (!length || (first && *first != *length)) return std::nullopt;
        first = length;
      }
      return first;
    case Kind::kClass:
      return 1;
    case Kind::kRepeat: {
      const auto length = FixedLength(node.children[0]);
      if (!length || node.min != node.max) return std::nullopt;
      return *length * node.min;
    }
    case Kind::kLook:
    case Kind::kAssert:
      return 0;
  }
  return std::nullopt;
}

// Emits from the end to the beginning: what follows is known then.
class Compiler {
 public:
  Result<PatternProgram> Compile(const PatternNode& tree, std::string_view expression) {
    expression_ = expression;
    const uint32_t accept = Emit({});
    std::vector<const PatternNode*> tops;
    if (tree.kind == Kind::kAlternation) {
      for (const PatternNode& child : tree.children) tops.push_back(&child);
    } else {
      tops.push_back(&tree);
    }
    for (const PatternNode* top : tops) {
      const uint32_t begin = Node(*top, accept);
      program_.alternatives.push_back({begin, kAnything});
    }
    if (!status_.ok()) return status_;
    Annotate();
    if (!status_.ok()) return status_;
    return std::move(program_);
  }

 private:
  void Fail(const char* what) {
    if (!status_.ok()) return;
    status_ = Status::Error(Code::kUnsupportedModel,
                            "The pattern \"" + std::string(expression_) + "\" " + what + ".",
                            {{"pattern", std::string(expression_)}});
  }

  uint32_t Emit(PatternInstruction instruction) {
    if (program_.instructions.size() >= kMaxInstructions) Fail("is too large");
    if (!status_.ok()) return 0;
    instruction.inside_look = inside_look_;
    instruction.run = kNoRun;
    const bool is_run = instruction.op == Op::kRun || instruction.op == Op::kLazyRun;
    if (is_run && instruction.max == kUnlimited) {
      instruction.run = program_.runs++;
    }
    if (instruction.op == Op::kSplit || is_run) instruction.choice = program_.choices++;
    program_.instructions.push_back(instruction);
    return static_cast<uint32_t>(program_.instructions.size() - 1);
  }

  uint32_t SetIndex(const CodePointRanges& ranges) {
    const auto equal = [&](const CodePointRanges& other) {
      return std::equal(ranges.begin(), ranges.end(), other.begin(), other.end(),
                        [](CodePointRange a, CodePointRange b) {
                          return a.first == b.first && a.last == b.last;
                        });
    };
    const auto known = std::find_if(ranges_.begin(), ranges_.end(), equal);
    if (known != ranges_.end()) return static_cast<uint32_t>(known - ranges_.begin());
    if (ranges_.size() >= kMaxSets) {
      Fail("has too many classes");
      return 0;
    }
    ranges_.push_back(ranges);
    program_.sets.emplace_back(ranges);
    return static_cast<uint32_t>(ranges_.size() - 1);
  }

  uint32_t Node(const PatternNode& node, uint32_t next) {
    if (!status_.ok()) return 0;
    switch (node.kind) {
      case Kind::kSequence:
        for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
          next = Node(*child, next);
        }
        return next;
      case Kind::kAlternation: {
        uint32_t begin = Node(node.children.back(), next);
        for (size_t i = node.children.size() - 1; i-- > 0;) {
          begin = Split(Node(node.children[i], next), begin);
        }
        return begin;
      }
      case Kind::kClass:
        return Class(node, next);
      case Kind::kRepeat:
        return Repeat(node, next);
      case Kind::kLook:
        return Look(node, next);
      case Kind::kAssert: {
        PatternInstruction instruction;
        instruction.op = Op::kAssert;
        instruction.assertion = node.assertion;
        instruction.next = next;
        return Emit(instruction);
      }
    }
    return 0;
  }

  uint32_t Split(uint32_t first, uint32_t second) {
    PatternInstruction instruction;
    instruction.op = Op::kSplit;
    instruction.next = first;
    instruction.other = second;
    return Emit(instruction);
  }

  uint32_t Class(const PatternNode& node, uint32_t next) {
    PatternInstruction instruction;
    instruction.next = next;
    if (node.set.size() == 1 && node.set[0].first == node.set[0].last && node.set[0].first < 0x80) {
      instruction.op = Op::kByte;
      instruction.byte = static_cast<unsigned char>(node.set[0].first);
    } else {
      instruction.op = Op::kClass;
      instruction.set = SetIndex(node.set);
    }
    return Emit(instruction);
  }

  uint32_t Repeat(const PatternNode& node, uint32_t next) {
    const PatternNode& child = node.children[0];
    if (child.kind == Kind::kClass) {
      PatternInstruction instruction;
      instruction.op = node.lazy ? Op::kLazyRun : Op::kRun;
      instruction.set = SetIndex(child.set);
      instruction.min = node.min;
      instruction.max = node.max;
      instruction.gives_back = !node.possessive;
      instruction.next = next;
      return Emit(instruction);
    }
    // The reference has rules of its own for rounds that match nothing.
    if (node.max > 1 && MayBeEmpty(child)) {
      Fail("repeats a group that may match nothing");
      return 0;
    }
    if (node.max == kUnlimited) {
      next = Loop(child, node.lazy, next);
    } else {
      // Each optional round contains the next.
      const uint32_t end = next;
      for (uint32_t i = node.min; i < node.max && status_.ok(); ++i) {
        const uint32_t round = Node(child, next);
        next = node.lazy ? Split(end, round) : Split(round, end);
      }
    }
    for (uint32_t i = 0; i < node.min && status_.ok(); ++i) next = Node(child, next);
    return next;
  }

  uint32_t Loop(const PatternNode& child, bool lazy, uint32_t next) {
    const uint32_t loop = Split(0, 0);
    const uint32_t round = Node(child, loop);
    if (!status_.ok()) return 0;
    PatternInstruction& split = program_.instructions[loop];
    split.next = lazy ? next : round;
    split.other = lazy ? round : next;
    return loop;
  }

  uint32_t Look(const PatternNode& node, uint32_t next) {
    const PatternNode* child = &node.children[0];
    while (child->kind == Kind::kSequence && child->children.size() == 1) {
      child = &child->children[0];
    }
    PatternInstruction instruction;
    instruction.negated = node.negated;
    instruction.behind = node.behind;
    instruction.next = next;
    if (child->kind == Kind::kClass) {
      instruction.op = Op::kLookClass;
      instruction.set = SetIndex(child->set);
      return Emit(instruction);
    }
    instruction.op = Op::kLook;
    if (node.behind) {
      const auto length = FixedLength(*child);
      if (!length) {
        Fail("looks behind at what has no fixed length");
        return 0;
      }
      instruction.back = *length;
    }
    const bool outside = !inside_look_;
    inside_look_ = true;
    PatternInstruction end;
    end.op = Op::kLookEnd;
    instruction.other = Node(*child, Emit(end));
    if (outside) inside_look_ = false;
    return Emit(instruction);
  }

  struct First {
    CodePointRanges set;
    bool anything = false;  // also nothing
  };

  // What a match can begin with that goes on at `index`. Assertions and looks only make it
  // less: they are passed over.
  First FirstOf(uint32_t index) {
    First first;
    std::vector<uint32_t> open{index};
    std::vector<bool> seen(program_.instructions.size(), false);
    for (int steps = 0; !open.empty() && !first.anything; ++steps) {
      if (steps == kMaxFirstSteps) first.anything = true;
      const uint32_t at = open.back();
      open.pop_back();
      if (seen[at]) continue;
      seen[at] = true;
      const PatternInstruction& instruction = program_.instructions[at];
      switch (instruction.op) {
        case Op::kAccept:
        case Op::kLookEnd:
          first.anything = true;
          break;
        case Op::kByte:
          first.set = Union(first.set, {{instruction.byte, instruction.byte}});
          break;
        case Op::kClass:
          first.set = Union(first.set, ranges_[instruction.set]);
          break;
        case Op::kRun:
        case Op::kLazyRun:
          first.set = Union(first.set, ranges_[instruction.set]);
          if (instruction.min == 0) open.push_back(instruction.next);
          break;
        case Op::kSplit:
          open.push_back(instruction.other);
          open.push_back(instruction.next);
          break;
        case Op::kLookClass:
        case Op::kLook:
        case Op::kAssert:
          open.push_back(instruction.next);
          break;
      }
    }
    return first;
  }

  void Annotate() {
    for (PatternInstruction& instruction : program_.instructions) {
      if (instruction.op != Op::kRun) continue;
      const First first = FirstOf(instruction.next);
      const Op next = program_.instructions[instruction.next].op;
      if (next == Op::kAccept) instruction.gives_back = false;
      if (!first.anything && Intersection(first.set, ranges_[instruction.set]).empty()) {
        instruction.gives_back = false;
      }
      instruction.next_set = first.anything ? kAnything : SetIndex(first.set);
    }
    const bool dispatched = program_.alternatives.size() <= kMaxDispatched;
    for (size_t i = 0; i < program_.alternatives.size(); ++i) {
      const First first = FirstOf(program_.alternatives[i].begin);
      if (!first.anything) program_.alternatives[i].first = SetIndex(first.set);
      for (char32_t code = 0; code < 0x80 && dispatched; ++code) {
        const bool possible =
            first.anything || program_.sets[program_.alternatives[i].first].ContainsAscii(
                                  static_cast<unsigned char>(code));
        if (possible) program_.alternatives_of[code] |= uint64_t{1} << i;
      }
    }
  }

  std::string_view expression_;
  PatternProgram program_;
  std::vector<CodePointRanges> ranges_;
  bool inside_look_ = false;
  Status status_;
};

}  // namespace

Result<PatternProgram> CompilePattern(const PatternNode& tree, std::string_view expression) {
  return Compiler().Compile(tree, expression);
}

}  // namespace abstractllm
