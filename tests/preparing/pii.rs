//! What tells of a person goes; what only looks like it stays.

use dialoq::data::stages::Fixes;
use dialoq::data::stages::pii::scrub;

fn scrubbed(text: &str) -> String {
    let mut text = text.to_owned();
    scrub(&mut text, &mut Fixes::new());
    text
}

#[test]
fn what_tells_of_a_person_becomes_a_placeholder() {
    for (text, right) in [
        ("mail me at jo.doe+shop@example.co.uk.", "mail me at <EMAIL>."),
        ("(a@b.example.com)", "(<EMAIL>)"),
        ("邮箱是wang@example.com，谢谢", "邮箱是<EMAIL>，谢谢"),
        ("call (415) 555-0132 now", "call <PHONE> now"),
        ("415-555-0132, 415.555.0132", "<PHONE>, <PHONE>"),
        ("+44 20 7946 0018!", "<PHONE>!"),
        ("+1 707-795-3400", "<PHONE>"),
        ("the number is 1-800-555-0199.", "the number is <PHONE>."),
        ("ring 01223 358966 or 01223358966", "ring <PHONE> or <PHONE>"),
        ("my phone is 415 555 0132", "my phone is <PHONE>"),
        ("phone: 4155550132", "phone: <PHONE>"),
        ("电话13800138000吧", "电话<PHONE>吧"),
        ("手机１３８００１３８０００", "手机<PHONE>"),
        ("手机一三八零零一三八零零零。", "手机<PHONE>。"),
        ("固话010-55501234", "固话<PHONE>"),
        ("010-67389898,010-67383333", "<PHONE>,<PHONE>"),
        ("card 4111 1111 1111 1111", "card <CARD>"),
        ("5500-0000-0000-0004 exp 12/27", "<CARD> exp 12/27"),
        ("340000000000009", "<CARD>"),
        ("from 203.0.113.77:8080", "from <IP>:8080"),
        ("(8.8.8.8)", "(<IP>)"),
        ("2001:4860:4860::8888 is down", "<IP> is down"),
        ("ssn 219-09-9999", "ssn <SSN>"),
        ("my card = 4111111111111111, my phone = 415-555-0132", "my card = <CARD>, my phone = <PHONE>"),
        ("4111 1111 1111 1111 12/27 123", "<CARD> 12/27 123"),
        ("telephone: 4155550132; my hotel's number is 415-555-0132", "telephone: <PHONE>; my hotel's number is <PHONE>"),
        ("phone 12025550132 or (8.8.4.4)", "phone <PHONE> or (<IP>)"),
        ("order 12345, call 415-555-0132", "order 12345, call <PHONE>"),
        // As Switzerland, Germany, France and Britain write them.
        ("Frau Meier hat 044 123 45 67.", "Frau Meier hat <PHONE>."),
        ("079 555 12 34, 079-555-12-34 or 0800 123 456", "<PHONE>, <PHONE> or <PHONE>"),
        ("0171/1234567, (030) 1234567 or 0171 / 123 45 67", "<PHONE>, <PHONE> or <PHONE>"),
        ("030 12 34 56 78 ist besetzt", "<PHONE> ist besetzt"),
        ("Tel. 01 23 45 67 89", "Tel. <PHONE>"),
        ("0041 44 123 45 67 and 0049 171 1234567", "<PHONE> and <PHONE>"),
        ("+41 (0)44 123 45 67", "<PHONE>"),
        ("an jürgen.groß@müller-söhne.de, bitte", "an <EMAIL>, bitte"),
        ("邮箱é@例: иван@почта.рф。", "邮箱é@例: <EMAIL>。"),
        ("IBAN CH93 0076 2011 6238 5295 7 or DE89370400440532013000.", "IBAN <IBAN> or <IBAN>."),
        ("GB82 WEST 1234 5698 7654 32 is mine", "<IBAN> is mine"),
    ] {
        assert_eq!(scrubbed(text), right);
    }
}

#[test]
fn prices_times_dates_versions_and_order_numbers_stay() {
    for text in [
        "$1,234,567.89 or 1.234.567,89 €",
        "$4155550132",
        "at 10:30, 22:15:40 and 9.45",
        "on 2019-11-06 or 11-06-2019, 06.11.2019",
        "from 2019-11-06 to 2019-11-10",
        "order 3348917502",
        "my order number is 415-555-0132",
        "order no. 4111111111111111",
        "订单号13800138000",
        "version 8.8.8.8 of the app",
        "v1.2.3.4",
        "at 192.168.0.14, 10.0.0.1, 127.0.0.1 and 172.16.3.4",
        "fe80::1, ::1 and std::io::Read at 12:30:45",
        "4111 1111 1111 1112",
        "000-12-3456 and 666-12-3456 and 219-00-9999",
        "一百三十八块，二〇二四年，十一点半",
        "100-150元, 3000 to 5000",
        "tracking A-415-555-0132",
        "3.14159265358979",
        "1234567",
        "rooms 101 102 1034",
        "@home or me@work",
        "<EMAIL> and <PHONE>",
        "99.999.999.999",
        "call me on 2019-11-06 or 11-06-2019",
        "that phone is 12999.00",
        // Numbers that are reckoned with.
        "12025550132 + 1 and 415-555-0132 * 2",
        "What is 13800138000 times 3?",
        "13912345678 - 13800138000 = 112207678",
        "We call 314.0185 and 271.8281 prime numbers",
        "the sum of 4012888888881881 and 4111111111111111",
        "4012888888881881 * 2 = ?",
        "x = 4012888888881881",
        "the row 1 200 300 4000 5000 60",
        "7 1 200 300 4000",
        "hotel 4155550132, until 4155550132, excellent 4155550132",
        "1234 4012 8888 8888 1881",
        "6304000000000000",
        "01/02/2024, 012/345/678 and 3/4, 0.25/12345678",
        "05 12 23 34 41 are drawn, or 01 02 03 04 05 06",
        "0010 0011 0101, 0010 110 0011 and 000 111 00 11",
        "compute 0171/1234567, or 0123/456789 = ?",
        "0171/1234567 + 1",
        "012 345 67 89 10 is a row, and 012/345 05 12 23 34",
        "the fax said 05 12 23 34 41 54, or call 012/345 05 12 23 34",
        "CH93 0076 2011 6238 5295 8, DE89370400440532013001 and DE8937040044053201300",
        "XX89370400440532013000 and A1B2C3D4E5F6",
    ] {
        assert_eq!(scrubbed(text), text);
    }
}

#[test]
fn each_kind_is_counted() {
    let mut fixes = Fixes::new();
    let mut text = "a@example.com, b@example.com, (415) 555-0132".to_owned();
    scrub(&mut text, &mut fixes);
    assert_eq!((fixes.get("<EMAIL>"), fixes.get("<PHONE>"), fixes.get("<CARD>")), (Some(&2), Some(&1), None));
}
