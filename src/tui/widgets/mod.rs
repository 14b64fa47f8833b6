//! Drawing pieces that know nothing of dialoq.
