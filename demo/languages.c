// The words of signs and packages in the languages of the country kits, with the fonts that draw
// them.
#include <string.h>

#include "country.h"

#define LATIN "latin", "Noto Sans", "Noto Serif"
#define CYRILLIC "cyrillic", "Noto Sans", "Noto Serif"
#define DEVANAGARI \
    "devanagari", "Noto Sans,Noto Sans Devanagari", "Noto Serif,Noto Serif Devanagari"
#define HAN \
    "han", "Noto Sans,Noto Sans CJK SC,Droid Sans Fallback", \
        "Noto Serif,Noto Serif CJK SC,Droid Sans Fallback"

// clang-format off
// In the order of WordId: exit, pharmacy, open, market, bus stop, bakery, post, milk, tea, rice, soap, coffee, sugar, salt.
static const Language LANGUAGES[] = {
    {"en", LATIN, {"Exit", "Pharmacy", "Open", "Market", "Bus stop", "Bakery", "Post office", "Milk", "Tea", "Rice", "Soap", "Coffee", "Sugar", "Salt"}},
    {"fr", LATIN, {"Sortie", "Pharmacie", "Ouvert", "Marché", "Arrêt de bus", "Boulangerie", "Bureau de poste", "Lait", "Thé", "Riz", "Savon", "Café", "Sucre", "Sel"}},
    {"de", LATIN, {"Ausgang", "Apotheke", "Geöffnet", "Markt", "Bushaltestelle", "Bäckerei", "Post", "Milch", "Tee", "Reis", "Seife", "Kaffee", "Zucker", "Salz"}},
    {"es", LATIN, {"Salida", "Farmacia", "Abierto", "Mercado", "Parada de autobús", "Panadería", "Correos", "Leche", "Té", "Arroz", "Jabón", "Café", "Azúcar", "Sal"}},
    {"pt-PT", LATIN, {"Saída", "Farmácia", "Aberto", "Mercado", "Paragem de autocarro", "Padaria", "Correios", "Leite", "Chá", "Arroz", "Sabonete", "Café", "Açúcar", "Sal"}},
    {"pt-BR", LATIN, {"Saída", "Farmácia", "Aberto", "Mercado", "Ponto de ônibus", "Padaria", "Correios", "Leite", "Chá", "Arroz", "Sabonete", "Café", "Açúcar", "Sal"}},
    {"it", LATIN, {"Uscita", "Farmacia", "Aperto", "Mercato", "Fermata autobus", "Panificio", "Ufficio postale", "Latte", "Tè", "Riso", "Sapone", "Caffè", "Zucchero", "Sale"}},
    {"nl", LATIN, {"Uitgang", "Apotheek", "Open", "Markt", "Bushalte", "Bakkerij", "Postkantoor", "Melk", "Thee", "Rijst", "Zeep", "Koffie", "Suiker", "Zout"}},
    {"da", LATIN, {"Udgang", "Apotek", "Åben", "Marked", "Busstoppested", "Bageri", "Posthus", "Mælk", "Te", "Ris", "Sæbe", "Kaffe", "Sukker", "Salt"}},
    {"sv", LATIN, {"Utgång", "Apotek", "Öppet", "Marknad", "Busshållplats", "Bageri", "Postkontor", "Mjölk", "Te", "Ris", "Tvål", "Kaffe", "Socker", "Salt"}},
    {"fi", LATIN, {"Uloskäynti", "Apteekki", "Avoinna", "Kauppatori", "Bussipysäkki", "Leipomo", "Posti", "Maito", "Tee", "Riisi", "Saippua", "Kahvi", "Sokeri", "Suola"}},
    {"pl", LATIN, {"Wyjście", "Apteka", "Otwarte", "Targowisko", "Przystanek autobusowy", "Piekarnia", "Poczta", "Mleko", "Herbata", "Ryż", "Mydło", "Kawa", "Cukier", "Sól"}},
    {"cs", LATIN, {"Východ", "Lékárna", "Otevřeno", "Tržnice", "Autobusová zastávka", "Pekařství", "Pošta", "Mléko", "Čaj", "Rýže", "Mýdlo", "Káva", "Cukr", "Sůl"}},
    {"hu", LATIN, {"Kijárat", "Gyógyszertár", "Nyitva", "Piac", "Buszmegálló", "Pékség", "Posta", "Tej", "Tea", "Rizs", "Szappan", "Kávé", "Cukor", "Só"}},
    {"ro", LATIN, {"Ieșire", "Farmacie", "Deschis", "Piață", "Stație de autobuz", "Brutărie", "Poștă", "Lapte", "Ceai", "Orez", "Săpun", "Cafea", "Zahăr", "Sare"}},
    {"tr", LATIN, {"Çıkış", "Eczane", "Açık", "Çarşı", "Otobüs durağı", "Fırın", "Postane", "Süt", "Çay", "Pirinç", "Sabun", "Kahve", "Şeker", "Tuz"}},
    {"sw", LATIN, {"Kutoka", "Duka la dawa", "Imefunguliwa", "Soko", "Kituo cha basi", "Duka la mikate", "Posta", "Maziwa", "Chai", "Mchele", "Sabuni", "Kahawa", "Sukari", "Chumvi"}},
    {"af", LATIN, {"Uitgang", "Apteek", "Oop", "Mark", "Bushalte", "Bakkery", "Poskantoor", "Melk", "Tee", "Rys", "Seep", "Koffie", "Suiker", "Sout"}},
    {"vi", LATIN, {"Lối ra", "Nhà thuốc", "Mở cửa", "Chợ", "Trạm xe buýt", "Tiệm bánh mì", "Bưu điện", "Sữa", "Trà", "Gạo", "Xà phòng", "Cà phê", "Đường", "Muối"}},
    {"id", LATIN, {"Keluar", "Apotek", "Buka", "Pasar", "Halte bus", "Toko roti", "Kantor pos", "Susu", "Teh", "Beras", "Sabun", "Kopi", "Gula", "Garam"}},
    {"fil", LATIN, {"Labasan", "Botika", "Bukas", "Palengke", "Hintuan ng bus", "Panaderya", "Tanggapan ng koreo", "Gatas", "Tsaa", "Bigas", "Sabon", "Kape", "Asukal", "Asin"}},
    {"el", "greek", "Noto Sans", "Noto Serif", {"Έξοδος", "Φαρμακείο", "Ανοιχτό", "Αγορά", "Στάση λεωφορείου", "Αρτοποιείο", "Ταχυδρομείο", "Γάλα", "Τσάι", "Ρύζι", "Σαπούνι", "Καφές", "Ζάχαρη", "Αλάτι"}},
    {"bg", CYRILLIC, {"Изход", "Аптека", "Отворено", "Пазар", "Автобусна спирка", "Хлебарница", "Поща", "Мляко", "Чай", "Ориз", "Сапун", "Кафе", "Захар", "Сол"}},
    {"uk", CYRILLIC, {"Вихід", "Аптека", "Відчинено", "Ринок", "Автобусна зупинка", "Пекарня", "Пошта", "Молоко", "Чай", "Рис", "Мило", "Кава", "Цукор", "Сіль"}},
    {"ru", CYRILLIC, {"Выход", "Аптека", "Открыто", "Рынок", "Автобусная остановка", "Пекарня", "Почта", "Молоко", "Чай", "Рис", "Мыло", "Кофе", "Сахар", "Соль"}},
    {"kk", CYRILLIC, {"Шығу", "Дәріхана", "Ашық", "Базар", "Автобус аялдамасы", "Наубайхана", "Пошта", "Сүт", "Шай", "Күріш", "Сабын", "Кофе", "Қант", "Тұз"}},
    {"he", "hebrew", "Noto Sans Hebrew,Noto Sans", "Noto Serif Hebrew,Noto Serif", {"יציאה", "בית מרקחת", "פתוח", "שוק", "תחנת אוטובוס", "מאפייה", "דואר", "חלב", "תה", "אורז", "סבון", "קפה", "סוכר", "מלח"}},
    {"ar", "arabic", "Noto Sans Arabic,Noto Sans", "Noto Naskh Arabic,Noto Serif", {"مخرج", "صيدلية", "مفتوح", "سوق", "موقف حافلات", "مخبز", "مكتب البريد", "حليب", "شاي", "أرز", "صابون", "قهوة", "سكر", "ملح"}},
    {"fa", "arabic", "Noto Sans Arabic,Noto Sans", "Noto Naskh Arabic,Noto Serif", {"خروج", "داروخانه", "باز", "بازار", "ایستگاه اتوبوس", "نانوایی", "اداره پست", "شیر", "چای", "برنج", "صابون", "قهوه", "شکر", "نمک"}},
    {"ka", "georgian", "Noto Sans,Noto Sans Georgian", "Noto Serif,Noto Serif Georgian", {"გასასვლელი", "აფთიაქი", "ღიაა", "ბაზარი", "ავტობუსის გაჩერება", "საცხობი", "ფოსტა", "რძე", "ჩაი", "ბრინჯი", "საპონი", "ყავა", "შაქარი", "მარილი"}},
    {"hy", "armenian", "Noto Sans,Noto Sans Armenian", "Noto Serif,Noto Serif Armenian", {"Ելք", "Դեղատուն", "Բաց է", "Շուկա", "Ավտոբուսի կանգառ", "Հացի փուռ", "Փոստ", "Կաթ", "Թեյ", "Բրինձ", "Օճառ", "Սուրճ", "Շաքար", "Աղ"}},
    {"am", "ethiopic", "Noto Sans,Noto Sans Ethiopic", "Noto Serif,Noto Serif Ethiopic", {"መውጫ", "መድኃኒት ቤት", "ክፍት ነው", "ገበያ", "የአውቶቡስ ፌርማታ", "ዳቦ ቤት", "ፖስታ ቤት", "ወተት", "ሻይ", "ሩዝ", "ሳሙና", "ቡና", "ስኳር", "ጨው"}},
    {"hi", DEVANAGARI, {"निकास", "दवा की दुकान", "खुला है", "बाज़ार", "बस स्टॉप", "बेकरी", "डाकघर", "दूध", "चाय", "चावल", "साबुन", "कॉफ़ी", "चीनी", "नमक"}},
    {"ne", DEVANAGARI, {"निकास", "औषधि पसल", "खुला छ", "बजार", "बस बिसौनी", "बेकरी", "हुलाक", "दूध", "चिया", "चामल", "साबुन", "कफी", "चिनी", "नुन"}},
    {"bn", "bengali", "Noto Sans,Noto Sans Bengali", "Noto Serif,Noto Serif Bengali", {"প্রস্থান", "ফার্মেসি", "খোলা", "বাজার", "বাস স্টপ", "বেকারি", "ডাকঘর", "দুধ", "চা", "চাল", "সাবান", "কফি", "চিনি", "লবণ"}},
    {"ta", "tamil", "Noto Sans,Noto Sans Tamil", "Noto Serif,Noto Serif Tamil", {"வெளியேறும் வழி", "மருந்தகம்", "திறந்துள்ளது", "சந்தை", "பேருந்து நிறுத்தம்", "பேக்கரி", "அஞ்சலகம்", "பால்", "தேநீர்", "அரிசி", "சோப்பு", "காபி", "சர்க்கரை", "உப்பு"}},
    {"si", "sinhala", "Noto Sans,Noto Sans Sinhala", "Noto Serif,Noto Serif Sinhala", {"පිටවීම", "ෆාමසිය", "විවෘතයි", "වෙළඳපොළ", "බස් නැවතුම", "බේකරිය", "තැපැල් කාර්යාලය", "කිරි", "තේ", "සහල්", "සබන්", "කෝපි", "සීනි", "ලුණු"}},
    {"my", "myanmar", "Noto Sans,Noto Sans Myanmar", "Noto Serif,Noto Serif Myanmar", {"ထွက်ပေါက်", "ဆေးဆိုင်", "ဖွင့်သည်", "ဈေး", "ဘတ်စ်ကားမှတ်တိုင်", "မုန့်တိုက်", "စာတိုက်", "နို့", "လက်ဖက်ရည်", "ဆန်", "ဆပ်ပြာ", "ကော်ဖီ", "သကြား", "ဆား"}},
    {"th", "thai", "Noto Sans,Noto Sans Thai", "Noto Looped Thai,Noto Serif", {"ทางออก", "ร้านขายยา", "เปิด", "ตลาด", "ป้ายรถเมล์", "ร้านเบเกอรี่", "ไปรษณีย์", "นม", "ชา", "ข้าวสาร", "สบู่", "กาแฟ", "น้ำตาล", "เกลือ"}},
    {"km", "khmer", "Noto Sans,Noto Sans Khmer", "Noto Serif,Noto Serif Khmer", {"ច្រកចេញ", "ឱសថស្ថាន", "បើក", "ផ្សារ", "ចំណតរថយន្តក្រុង", "ហាងនំប៉័ង", "ប្រៃសណីយ៍", "ទឹកដោះគោ", "តែ", "អង្ករ", "សាប៊ូ", "កាហ្វេ", "ស្ករ", "អំបិល"}},
    {"zh-Hans", HAN, {"出口", "药店", "营业中", "市场", "公交车站", "面包店", "邮局", "牛奶", "茶叶", "大米", "香皂", "咖啡", "白糖", "食盐"}},
    {"zh-Hant", HAN, {"出口", "藥局", "營業中", "市場", "公車站", "麵包店", "郵局", "牛奶", "茶葉", "白米", "香皂", "咖啡", "砂糖", "食鹽"}},
    {"ja", "japanese", "Noto Sans,Noto Sans CJK JP,Droid Sans Fallback", "Noto Serif,Noto Serif CJK JP,Droid Sans Fallback", {"出口", "薬局", "営業中", "市場", "バス停", "パン屋", "郵便局", "牛乳", "お茶", "お米", "石けん", "コーヒー", "砂糖", "食塩"}},
    {"ko", "hangul", "Noto Sans,Noto Sans CJK KR,NanumGothic", "Noto Serif,Noto Serif CJK KR,NanumMyeongjo", {"출구", "약국", "영업중", "시장", "버스 정류장", "제과점", "우체국", "우유", "녹차", "쌀", "비누", "커피", "설탕", "소금"}},
};
// clang-format on

const Language *language_find(const char *tag) {
    for (size_t i = 0; i < sizeof LANGUAGES / sizeof LANGUAGES[0]; i++)
        if (strcmp(LANGUAGES[i].tag, tag) == 0)
            return &LANGUAGES[i];
    return NULL;
}
