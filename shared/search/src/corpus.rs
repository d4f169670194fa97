//! Messages in four languages with known answers: how much of what should be found is, and what it takes.

use std::collections::BTreeSet;

use domain::account::TimeZone;
use domain::message::Message;
use jiff::Timestamp;

use crate::block::{BLOCK, Block, Entry, block_of};
use crate::document::Document;
use crate::document::tests::{message, user};
use crate::filter::Filter;
use crate::query::Query;
use crate::walk::{Position, Source, Walk};

/// Words as they are written, and as people in a hurry type them.
type Vocabulary = &'static [(&'static str, &'static str)];

const VIETNAMESE: Vocabulary = &[
    ("xin", "xin"),
    ("chào", "chao"),
    ("cháo", "chao"),
    ("bạn", "ban"),
    ("bán", "ban"),
    ("đường", "duong"),
    ("dượng", "duong"),
    ("nhà", "nha"),
    ("Hà", "ha"),
    ("Nội", "noi"),
    ("cà", "ca"),
    ("phê", "phe"),
    ("sữa", "sua"),
    ("đá", "da"),
    ("mai", "mai"),
    ("gặp", "gap"),
    ("nhau", "nhau"),
    ("lúc", "luc"),
    ("tám", "tam"),
    ("giờ", "gio"),
    ("tối", "toi"),
    ("tôi", "toi"),
    ("thích", "thich"),
    ("phở", "pho"),
    ("bò", "bo"),
    ("bố", "bo"),
    ("mẹ", "me"),
    ("em", "em"),
    ("anh", "anh"),
    ("chị", "chi"),
    ("được", "duoc"),
    ("không", "khong"),
    ("rồi", "roi"),
    ("nhé", "nhe"),
    ("Đức", "duc"),
    ("Trần", "tran"),
    ("Nguyễn", "nguyen"),
    ("quán", "quan"),
    ("ăn", "an"),
    ("ngon", "ngon"),
    ("Sài", "sai"),
    ("Gòn", "gon"),
    ("nghỉ", "nghi"),
    ("việc", "viec"),
];

const ENGLISH: Vocabulary = &[
    ("Shall", "shall"),
    ("we", "we"),
    ("meet", "meet"),
    ("at", "at"),
    ("the", "the"),
    ("station", "station"),
    ("Station", "station"),
    ("coffee", "coffee"),
    ("café", "cafe"),
    ("tomorrow", "tomorrow"),
    ("evening", "evening"),
    ("after", "after"),
    ("work", "work"),
    ("résumé", "resume"),
    ("send", "send"),
    ("me", "me"),
    ("please", "please"),
    ("invoice", "invoice"),
    ("OK", "ok"),
    ("sure", "sure"),
    ("see", "see"),
    ("you", "you"),
    ("there", "there"),
    ("bring", "bring"),
    ("umbrella", "umbrella"),
    ("raining", "raining"),
    ("project", "project"),
    ("deadline", "deadline"),
    ("Friday", "friday"),
    ("lunch", "lunch"),
    ("naïve", "naive"),
    ("team", "team"),
];

const JAPANESE: Vocabulary = &[
    ("今日", "今日"),
    ("は", "は"),
    ("東京", "東京"),
    ("東京都", "東京都"),
    ("京都", "京都"),
    ("に", "に"),
    ("行きます", "行きます"),
    ("ラーメン", "らーめん"),
    ("らーめん", "らーめん"),
    ("を", "を"),
    ("食べたい", "食べたい"),
    ("明日", "明日"),
    ("会議", "会議"),
    ("駅", "駅"),
    ("前", "前"),
    ("で", "で"),
    ("会いましょう", "会いましょう"),
    ("ガス", "がす"),
    ("カス", "かす"),
    ("電車", "電車"),
    ("遅れる", "遅れる"),
    ("ごめん", "ごめん"),
    ("ありがとう", "ありがとう"),
    ("写真", "写真"),
    ("送って", "送って"),
    ("パン", "ぱん"),
];

const CHINESE: Vocabulary = &[
    ("我们", "我们"),
    ("明天", "明天"),
    ("去", "去"),
    ("北京", "北京"),
    ("吃饭", "吃饭"),
    ("南京", "南京"),
    ("上海", "上海"),
    ("海上", "海上"),
    ("火车", "火车"),
    ("车站", "车站"),
    ("见面", "见面"),
    ("面条", "面条"),
    ("好吃", "好吃"),
    ("谢谢", "谢谢"),
    ("发票", "发票"),
    ("公司", "公司"),
    ("会议", "会议"),
    ("下午", "下午"),
    ("三点", "三点"),
    ("照片", "照片"),
    ("朋友", "朋友"),
    ("再见", "再见"),
    ("不", "不"),
    ("是", "是"),
];

/// Repeats itself, so that what fails fails again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    /// Low numbers come up more often, as common words do.
    fn low(&mut self, sides: usize) -> usize {
        let sides = 1 + self.roll(sides);
        self.roll(sides)
    }
}

/// Messages of 2 to 14 words, and which words are in each.
fn written(vocabulary: Vocabulary, between: &str, count: u64) -> Vec<(Message, BTreeSet<&'static str>)> {
    let mut dice = Dice(count);
    let write = |seq| {
        let words: Vec<_> = (0..2 + dice.low(13)).map(|_| vocabulary[dice.low(vocabulary.len())]).collect();
        let text = words.iter().map(|(written, _)| *written).collect::<Vec<_>>().join(between);
        let sender = user(1 + u32::try_from(dice.roll(4)).unwrap());
        let second = i64::try_from(seq * 97 + 1_700_000_000).unwrap();
        let created_at = Timestamp::from_second(second).unwrap();
        let sent = Message { sender_id: Some(sender), created_at, ..message(seq, &text) };
        (sent, words.iter().map(|(_, typed)| *typed).collect())
    };
    (1..=count).map(write).collect()
}

fn filter(query: &str) -> Filter {
    Filter::new(&Query::parse(query).unwrap(), &user(1), &TimeZone::default())
}

/// The share of what should be found that is, and of what is found that should be, over every word of a language.
fn recall_and_precision(vocabulary: Vocabulary, between: &str) -> (f64, f64) {
    let written = written(vocabulary, between, 2_000);
    let (mut found, mut right, mut wanted) = (0_u32, 0_u32, 0_u32);
    for (_, typed) in vocabulary {
        let filter = filter(&format!("\"{typed}\""));
        for (message, words) in &written {
            let (is_found, is_wanted) = (filter.finds(message), words.contains(typed));
            found += u32::from(is_found);
            wanted += u32::from(is_wanted);
            right += u32::from(is_found && is_wanted);
        }
    }
    (f64::from(right) / f64::from(wanted), f64::from(right) / f64::from(found))
}

#[test]
fn everything_is_found_and_little_else() {
    // Words without blanks between them hold others: 東京 and 京都 are both in 東京都, 海上 is in 上海上海.
    let languages = [(VIETNAMESE, " ", 1.0), (ENGLISH, " ", 1.0), (JAPANESE, "", 0.9), (CHINESE, "", 0.9)];
    let figures =
        languages.map(|(vocabulary, between, least)| (recall_and_precision(vocabulary, between), least));
    for ((recall, precision), least) in figures {
        assert!(recall >= 1.0 && precision >= least, "recall and precision, at least: {figures:?}");
    }
}

/// The blocks of so many messages, which repeat after the first thousand.
fn blocks(vocabulary: Vocabulary, between: &str, count: u64) -> Vec<Block> {
    let written = written(vocabulary, between, 1_000);
    let documents: Vec<Document> = written.iter().map(|(one, _)| Document::of(one).unwrap()).collect();
    let entries = (1..=count).zip(documents.iter().cycle());
    let entries: Vec<Entry> = entries.map(|(seq, one)| Entry { seq, document: one.clone() }).collect();
    entries.chunks(usize::try_from(BLOCK).unwrap()).map(|some| Block(some.to_vec())).collect()
}

#[test]
fn a_block_of_usual_messages_is_read_for_one_unit() {
    for (vocabulary, between) in [(VIETNAMESE, " "), (ENGLISH, " "), (JAPANESE, ""), (CHINESE, "")] {
        let sizes: Vec<usize> =
            blocks(vocabulary, between, 1_000).iter().map(|one| one.pack().len()).collect();
        assert!(sizes.iter().all(|size| *size < 4_096), "{:?} …: {sizes:?}", vocabulary[0]);
    }
}

/// How many blocks it takes to find the first 25, or to know that there are fewer.
fn blocks_read(blocks: &[Block], filter: &Filter) -> usize {
    let last = blocks.last().and_then(|block| block.0.last()).unwrap();
    let source = Source {
        conversation: message(1, "").conversation_id,
        floor: 1,
        top: last.seq,
        latest: last.document.at,
    };
    let mut walk = Walk::new(filter, vec![source], &Position::default());
    let (mut found, mut read) = (0, 0);
    loop {
        found += walk.ready(25 - found).len();
        let wanted = if found < 25 { walk.wanted(8) } else { Vec::new() };
        if wanted.is_empty() {
            return read;
        }
        for place in wanted {
            assert_eq!(block_of(first_seq(&blocks[usize::try_from(place.block).unwrap()])), place.block);
            read += 1;
            walk.read(&place, blocks[usize::try_from(place.block).unwrap()].0.clone());
        }
    }
}

fn first_seq(block: &Block) -> u64 {
    block.0[0].seq
}

#[test]
fn common_words_cost_the_same_in_any_length_and_rare_ones_by_the_block() {
    for count in [1_000, 100_000] {
        let blocks = blocks(ENGLISH, " ", count);
        assert!(blocks_read(&blocks, &filter("meet")) <= 8, "{count}");
        assert_eq!(blocks_read(&blocks, &filter("\"tea\"")) as u64, count.div_ceil(BLOCK), "{count}");
    }
}
