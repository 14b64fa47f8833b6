//! Everyday names of listed values: shorter ones, and other words for the same room, door or thing.

use crate::world::names::Lang;

/// A value as scenarios write it, and its other names.
type Aliases = &'static [(&'static str, &'static str)];

const ENGLISH: Aliases = &[
    ("desk lamp", "lamp|table lamp|reading lamp"),
    ("desk clock", "clock|table clock"),
    ("book bag", "bookbag|schoolbag|school bag"),
    ("bookcase", "book case|bookshelf|book shelf|bookshelves"),
    ("raincoat", "rain coat|mac|mackintosh"),
    ("rain hat", "rainhat"),
    ("teapot", "tea pot"),
    ("kettle", "kettles|electric kettle"),
    ("too big", "too large|sizes too big|too wide|size too big|way too big|much too big|too loose"),
    ("too small", "too tight|sizes too small|size too small|way too small|much too small|too narrow|does not fit me it is small"),
    ("too thin", "so thin|really thin|very thin|paper thin|way too thin"),
    ("too long", "way too long|much too long"),
    (
        "damaged",
        "broken|torn|cracked|in pieces|smashed|shattered|scratched|chipped|dented|ripped|came apart|fell apart|falling apart|snapped|bent|\
         crushed|in bits|broke|a crack|a hole|damage|split|leaks|leaking|squashed",
    ),
    ("not clean enough", "dirty|filthy|stained|not clean|isnt clean|stains|a stain|muddy|grubby"),
    ("not green enough", "not green|isnt green"),
    ("not new enough", "not new|isnt new|second hand|secondhand|looks used|been used|already used|already worn"),
    ("hallway", "hall|corridor|entrance hall"),
    ("living room", "lounge|sitting room|front room|livingroom"),
    ("study", "office|home office|den"),
    ("attic", "loft"),
    ("dining room", "diningroom"),
    ("bedroom", "bed room"),
    ("bathroom", "bath room|washroom|shower room"),
    ("front door", "main door|main entrance|front entrance|entrance door|front"),
    ("back door", "rear door|back entrance|rear entrance|backdoor"),
    ("side door", "side entrance"),
    ("garage door", "garage"),
    ("garden door", "garden gate|garden"),
    ("cellar door", "basement door|basement|cellar"),
    ("terrace door", "patio door|patio|terrace"),
    ("shed door", "shed"),
    ("fully closed", "close|closed|shut|draw|close ~ blinds|closing|shutting|all the way down|completely closed|all closed|drawn|close up"),
    (
        "fully open",
        "all the way up|all the way open|completely open|wide open|fully up|right up|completely up|open all the way|fully opened|all open|\
         open ~ completely|open ~ fully|open ~ all the way|up all the way|as far as they go|raise ~ fully",
    ),
    ("half open", "half|halfway|half way|half closed|half shut|midway|half down|half up"),
    ("one third open", "a third|one third|1 third"),
    ("two thirds open", "two thirds"),
    (
        "barely open",
        "a crack|slightly open|a little open|a bit open|tiny bit open|open ~ crack|just a crack|a slit|open ~ a little|open ~ a bit|a tiny bit",
    ),
    ("tilted up", "tilt up|tilt ~ up|tilt ~ upwards|slats up|angled up|upwards"),
    ("tilted down", "tilt down|tilt ~ down|tilt ~ downwards|slats down|angled down|downwards"),
    ("statistics", "stats"),
    ("photography", "photo lesson|photo class|photos"),
    ("spanish", "espanol"),
];

const CHINESE: Aliases = &[
    ("水壶", "烧水壶|热水壶|电水壶"),
    ("台灯", "桌灯"),
    ("台钟", "座钟"),
    ("书包", "背书包|双肩书包"),
    ("书架", "书柜"),
    ("太小", "小了|偏小|太紧|有点小|穿不下|过小|穿不进"),
    ("太大", "大了|偏大|太宽|太肥|有点大|过大"),
    ("太薄", "薄了|偏薄|太单薄|有点薄|很薄"),
    ("太长", "长了|偏长|有点长"),
    ("有破损", "坏|碎|破|裂|开胶|烂|摔|断|划痕|掉漆|磨损|损坏|破损|漏水|变形|掉了"),
    ("不够干净", "脏|不干净|污渍|污"),
    ("不够绿", "不绿"),
    ("不够新", "不新|旧的|二手|用过|是旧"),
    ("走廊", "过道|走道|楼道"),
    ("浴室", "洗手间|卫生间|厕所|洗澡间|淋浴间"),
    ("客厅", "大厅|起居室|厅里"),
    ("卧室", "睡房|卧房"),
    ("餐厅", "饭厅"),
    ("书房", "办公室"),
    ("前门", "大门|正门|入户门|入门"),
    ("后门", "后面的门|后面那扇"),
    ("侧门", "边门|旁门"),
    ("车库门", "车库"),
    ("花园门", "花园"),
    ("地窖门", "地下室|地窖"),
    ("露台门", "露台"),
    ("棚屋门", "棚屋|工具房|杂物棚"),
    ("全关", "拉上|关上|关掉|合上|关了|关严|全关|关好|关死|闭上|关起来|拉严|全拉上|关闭|关紧|拉起来挡"),
    ("全开", "全打开|完全打开|全部打开|拉到顶|开到最大|全拉开|大开|全部拉开|开到底|全部升|升到顶|完全拉开|全都打开"),
    ("半开", "一半|开半|半拉|拉半|半关"),
    ("开三分之一", "三分之一"),
    ("开三分之二", "三分之二"),
    ("微开", "一条缝|条缝|一点点|一丝|留缝|开点缝|小缝|留个缝"),
    ("朝上斜", "朝上|向上斜|往上斜|斜向上|向上倾|往上倾|上斜"),
    ("朝下斜", "朝下|向下斜|往下斜|斜向下|向下倾|往下倾|下斜"),
    ("西班牙语", "西语"),
    ("摄影", "拍照|照相"),
    ("国际象棋", "西洋棋"),
    ("会计", "记账"),
];

/// Other names of a value, each with its place in the table: of several in a sentence the later is the more exact.
pub fn aliases(value: &str, lang: Lang) -> impl Iterator<Item = (usize, &'static str)> {
    let table = if lang == Lang::Chinese { CHINESE } else { ENGLISH };
    let value = value.to_lowercase();
    let own = table.iter().enumerate().filter(move |(_, (own, _))| *own == value);
    own.flat_map(|(at, (_, names))| names.split('|').map(move |name| (at, name.trim())))
}
