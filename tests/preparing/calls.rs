//! Calls of tools: the spellings that files have for them give one form, and nothing of a message is lost without a word.
