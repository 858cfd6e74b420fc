//! The tools, one file each.

mod compare_topics;
mod describe_topic;
mod find_duplicates;
mod find_similar;
mod get_paper;
mod library_info;
mod list_topics;

pub(super) use compare_topics::CompareTopics;
pub(super) use describe_topic::DescribeTopic;
pub(super) use find_duplicates::FindDuplicates;
pub(super) use find_similar::FindSimilar;
pub(super) use get_paper::GetPaper;
pub(super) use library_info::LibraryInfo;
pub(super) use list_topics::ListTopics;
