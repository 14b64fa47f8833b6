//! The list of formats: how each is known, what of a record it uses, and who reads it.

use serde_json::{Map, Value};

use super::keys::empty;
use super::{
    Format, Read, abcd, alpaca, chat, chatgpt, feedback, gemini, intents, marked, oasst, pairs, pandalm, preference, sgd, talk, taskmaster,
    unpaired, woz,
};
use crate::data::elements::Element;
use crate::data::record::Speakers;
use crate::data::table::{LABEL, TEXT};

type Set = &'static [&'static str];
type ReadBy = fn(&Element, &Value) -> Read;

#[derive(Clone, Copy)]
pub struct Row {
    pub format: Format,
    pub name: &'static str,
    pub about: &'static str,
    /// Keys by which an element is known: one of these sets.
    pub keys: &'static [Set],
    /// What else must hold for its values.
    pub fits: fn(&Map<String, Value>) -> bool,
    /// The keys that its reader uses; the report names all others. Of a set of several, the first that holds something.
    pub uses: &'static [Set],
    /// Records of such formats may stand in one file, in any order.
    pub mixes: bool,
    pub table: bool,
    /// How it says who speaks; none where its reader says that of each record.
    pub speakers: Option<Speakers>,
    pub(super) read: ReadBy,
}

/// Those that `pairs` reads.
const EXCHANGES: &[Format] = &[Format::Dolly, Format::Completion, Format::Pairs, Format::Unpaired];

impl Row {
    /// Whether its reader uses a key of a record.
    pub fn uses(&self, record: &Map<String, Value>, key: &str) -> bool {
        if preference::SCORES.contains(&key) && [Format::Preference, Format::OpenAiPairs].contains(&self.format) {
            return true;
        }
        let holds = |name: &&&str| record.get(**name).is_some_and(|value| !empty(value));
        let first = |set: &Set| set.iter().find(holds) == Some(&key);
        self.uses.iter().any(first) || EXCHANGES.contains(&self.format) && pairs::uses(record, key)
    }
}

const fn any(_: &Map<String, Value>) -> bool {
    true
}

/// A format of one corpus.
const fn row(format: Format, name: &'static str, about: &'static str, keys: &'static [Set], uses: &'static [Set], read: ReadBy) -> Row {
    Row { format, name, about, keys, fits: any, uses, mixes: false, table: false, speakers: Some(Speakers::Named), read }
}

/// A form that many files have.
const fn common(row: Row, fits: fn(&Map<String, Value>) -> bool) -> Row {
    Row { fits, mixes: true, ..row }
}

/// The same, where its reader says of each record how it says who speaks.
const fn free(row: Row, fits: fn(&Map<String, Value>) -> bool) -> Row {
    Row { fits, mixes: true, speakers: None, ..row }
}

/// A form of a request and its reply.
const fn exchange(format: Format, name: &'static str, about: &'static str, keys: &'static [Set]) -> Row {
    free(row(format, name, about, keys, &[ID, SYSTEM, &["history"], &["category"], TOOLS, PARALLEL], pairs::read), pairs::fits)
}

/// A table of texts and their labels.
const fn table(format: Format, name: &'static str, about: &'static str, uses: &'static [Set]) -> Row {
    Row { table: true, ..row(format, name, about, &[], uses, no_element) }
}

/// Keys that many formats use.
const ID: Set = &["id"];
const SYSTEM: Set = &["system", "system_prompt"];
/// The tools that the assistant could call.
const TOOLS: Set = &["tools", "functions"];
const PARALLEL: Set = &["parallel_tool_calls"];

pub const FORMATS: &[Row] = &[
    row(
        Format::Sgd,
        "sgd",
        "Schema-Guided Dialogue: turns with acts and slots",
        &[&["dialogue_id", "turns"]],
        &[&["dialogue_id"], &["turns"], &["services", "domains"]],
        sgd::read,
    ),
    row(Format::MultiWoz, "multiwoz", "MultiWOZ 2.1 JSON", &[], &[&["log"]], woz::multiwoz),
    row(Format::CrossWoz, "crosswoz", "CrossWOZ JSON", &[], &[&["messages"], &["type"]], woz::crosswoz),
    common(
        row(
            Format::UltraFeedback,
            "ultrafeedback",
            "UltraFeedback: completions with scores, the best paired with each worse one",
            &[&["completions", "instruction"], &["completions", "prompt"]],
            &[ID, SYSTEM, &["completions"], &["instruction", "prompt"], &["input"]],
            feedback::read,
        ),
        feedback::fits,
    ),
    free(
        row(
            Format::OpenAiPairs,
            "openai-preference",
            "pairs as OpenAI tunes with them: input, preferred_output, non_preferred_output",
            &[&["preferred_output", "non_preferred_output"]],
            &[ID, SYSTEM, &["input"], preference::CHOSEN, preference::REJECTED],
            preference::read,
        ),
        any,
    ),
    free(
        row(
            Format::Preference,
            "preference",
            "pairs of prompt, chosen, rejected; also as hh-rlhf has them",
            &[&["chosen", "rejected"], &["chosen_response", "rejected_response"]],
            &[ID, SYSTEM, &["input"], preference::ASKED, preference::CHOSEN, preference::REJECTED, TOOLS, PARALLEL],
            preference::read,
        ),
        any,
    ),
    free(
        row(
            Format::Unpaired,
            "unpaired",
            "KTO: an answer that a label calls wanted (true) or not (false)",
            &[&["label"], &["kto_tag"]],
            &[ID, SYSTEM, &["messages", "conversations"], unpaired::JUDGED, TOOLS, PARALLEL],
            unpaired::read,
        ),
        unpaired::fits,
    ),
    common(
        row(
            Format::ChatGpt,
            "chatgpt",
            "the export of ChatGPT (conversations.json): what its person sees",
            &[&["mapping"]],
            &[&["conversation_id", "id"], &["title"], &["mapping"], &["current_node"]],
            chatgpt::read,
        ),
        chatgpt::fits,
    ),
    common(
        row(
            Format::Gemini,
            "gemini",
            "Gemini's contents of parts",
            &[&["contents"]],
            &[ID, &["contents"], &["systemInstruction", "system_instruction"], TOOLS],
            gemini::read,
        ),
        gemini::fits,
    ),
    common(
        row(
            Format::ShareGpt,
            "sharegpt",
            "ShareGPT: conversations of from and value",
            &[&["conversations"]],
            &[ID, SYSTEM, &["conversations"], TOOLS, PARALLEL],
            chat::sharegpt,
        ),
        any,
    ),
    common(
        row(
            Format::Messages,
            "messages",
            "chat messages of role and content",
            &[&["messages"]],
            &[ID, SYSTEM, &["messages"], TOOLS, PARALLEL],
            chat::messages,
        ),
        any,
    ),
    row(
        Format::Rewards,
        "taskmaster-rewards",
        "Taskmaster 4 rewards: pairs from contexts with both",
        &[&["context", "generation", "reward"]],
        &[&["conversation_id"], &["context"], &["generation"], &["reward"]],
        taskmaster::reward,
    ),
    row(
        Format::Taskmaster,
        "taskmaster",
        "Taskmaster dialogues",
        &[&["conversation_id", "utterances"]],
        &[&["conversation_id"], &["utterances"], &["vertical"]],
        taskmaster::dialogue,
    ),
    row(
        Format::PandaLm,
        "pandalm",
        "PandaLM: two responses, judged",
        &[&["instruction", "response1", "response2"]],
        &[&["idx"], &["instruction"], &["input"], &["response1"], &["response2"], &["annotator1"], &["annotator2"], &["annotator3"]],
        pandalm::read,
    ),
    common(
        row(
            Format::Alpaca,
            "alpaca",
            "Alpaca: instruction, input, output, history",
            &[&["instruction", "output"]],
            &[ID, SYSTEM, &["history"], &["instruction"], &["input"], &["output"]],
            alpaca::read,
        ),
        any,
    ),
    row(
        Format::Oasst,
        "oasst",
        "OASST trees: their paths, and pairs of ranked replies",
        &[&["message_tree_id", "prompt"]],
        &[&["message_tree_id"], &["prompt"]],
        oasst::read,
    ),
    row(
        Format::Slurp,
        "slurp",
        "SLURP JSON lines",
        &[&["slurp_id", "sentence"]],
        &[&["slurp_id"], &["sentence"], &["scenario"], &["action"], &["sentence_annotation"]],
        intents::slurp,
    ),
    row(Format::Clinc, "clinc", "CLINC150: splits of text and label", &[], &[], intents::clinc),
    row(
        Format::Abcd,
        "abcd",
        "ABCD: agent, customer, action",
        &[&["convo_id", "original"]],
        &[&["convo_id"], &["original"], &["scenario"]],
        abcd::read,
    ),
    row(
        Format::TcBot,
        "tcbot",
        "TC-Bot: acts with sentences",
        &[&["nl", "inform_slots"]],
        &[&["nl"], &["inform_slots"], &["request_slots"]],
        intents::tcbot,
    ),
    exchange(Format::Dolly, "dolly", "Dolly: instruction, context, response, category", &[&["instruction", "response"]]),
    exchange(Format::Completion, "prompt-completion", "prompt and completion, texts or messages", &[&["prompt", "completion"]]),
    common(
        row(
            Format::Talk,
            "turns",
            "turns under conversation, items, dialogue, turns, chat or utterances",
            &[&["conversation"], &["items"], &["dialogue"], &["dialog"], &["turns"], &["chat"], &["utterances"]],
            &[ID, SYSTEM, talk::LISTS, TOOLS, PARALLEL],
            talk::read,
        ),
        talk::fits,
    ),
    exchange(
        Format::Pairs,
        "pairs",
        "a request and its reply: question and answer, input and output, query and response …",
        &[&["prompt"], &["question"], &["query"], &["input"], &["request"]],
    ),
    free(
        row(
            Format::Marked,
            "text",
            "a conversation in one text: ### Human:, ### Instruction:, ChatML, Human:",
            &[&["text"], &["content"], &["conversation"], &["dialogue"]],
            &[ID, marked::TEXTS],
            marked::read,
        ),
        marked::fits,
    ),
    common(
        row(
            Format::Labelled,
            "labelled",
            "a text and its label as JSON",
            &[&["text"], &["utterance"], &["sentence"], &["query"], &["message"], &["question"], &["内容"], &["文本"]],
            &[ID, TEXT, LABEL],
            intents::text_and_label,
        ),
        intents::fits,
    ),
    table(Format::Table, "table", "CSV, semicolons or tabs, with a column of text and one of labels", &[ID, TEXT, LABEL]),
    table(
        Format::Hwu,
        "hwu",
        "HWU64: semicolons, scenario and intent",
        &[&["answerid"], &["scenario"], &["answer_annotation"], TEXT, LABEL],
    ),
    Row {
        table: true,
        speakers: None,
        mixes: true,
        ..row(Format::Rows, "rows", "CSV with the columns of pairs, preferences, Alpaca, Dolly or KTO", &[], &[], no_columns)
    },
    Row { speakers: None, ..row(Format::Fields, "fields", "whatever --fields names", &[], &[], no_element) },
];

fn no_columns(_: &Element, _: &Value) -> Read {
    Err("its columns hold neither a request with a reply nor a pair of answers".into())
}

fn no_element(_: &Element, _: &Value) -> Read {
    Err("a table has rows, not elements".into())
}
