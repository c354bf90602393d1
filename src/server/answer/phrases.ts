/** What the built-in answerer says that is in no document, in one language. */
export interface Phrases {
  /** BCP 47, as the widget's languages are named. */
  readonly tag: string;
  /** Ways to greet and to thank, lower case, without punctuation. */
  readonly hello: string;
  readonly thanks: string;
  /** What may stand beside them. */
  readonly beside?: string;
  /** Frequent words by which a text of the language is known, where its script does not tell. */
  readonly words?: string;
  readonly greeting: string;
  readonly welcome: string;
  /** Nothing was found in the documents. */
  readonly notFound: string;
  /** The documents are in English. */
  readonly inEnglish: string;
}

/** English first; of languages that share a word, the one that stands first has it. */
export const PHRASES: readonly Phrases[] = [
  {
    tag: 'en',
    hello: 'hello|hi|hey|hiya|howdy|greetings|good morning|good afternoon|good evening|good day|yo',
    thanks: 'thank you|thanks|thx|ty|cheers|much appreciated',
    beside:
      'there|all|everyone|everybody|again|assistant|bot|how are you|so much|very much|a lot|many|ok|okay|great|cool|nice|perfect|awesome|and|for your help|for the help|that helps|that helped',
    words:
      'a an the what how where when why which who is are do does did can could i you my your it this to of for with and in on not',
    greeting: 'Hello! What would you like to know?',
    welcome: 'You are welcome! Ask me whenever there is more you would like to know.',
    notFound:
      'I could not find anything about this in the documentation, so I would rather not guess. ' +
      'Try other words, or name the feature or page you mean.',
    inEnglish: '',
  },
  {
    tag: 'de',
    hello: 'hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|grüezi',
    thanks: 'danke|danke schön|dankeschön|danke sehr|vielen dank|besten dank|herzlichen dank',
    beside: 'zusammen|ok|super|prima|für die hilfe|für ihre hilfe|für deine hilfe',
    words:
      'wie wo wann warum wer welche welches welcher ich das ist sind ein eine einen kann mein meine meinen der den dem und nicht auf mit für gibt es zu wird man kostet',
    greeting: 'Hallo! Was möchten Sie wissen?',
    welcome: 'Gern geschehen! Fragen Sie, wenn Sie noch etwas wissen möchten.',
    notFound:
      'Dazu habe ich in den Unterlagen nichts gefunden, und raten möchte ich nicht. ' +
      'Versuchen Sie es mit anderen Worten, oder nennen Sie die Funktion oder Seite, die Sie meinen.',
    inEnglish: 'Die Unterlagen sind auf Englisch: Eine Frage auf Englisch findet mehr.',
  },
  {
    tag: 'fr',
    hello: 'bonjour|salut|bonsoir|coucou',
    thanks: 'merci|merci beaucoup|merci bien|un grand merci',
    beside: 'à tous|ok|super|parfait|pour votre aide|pour ton aide',
    words:
      'comment combien pourquoi quand où est le la les des une mon ma mes puis je peut ça coûte quel quelle quels avec sur vous votre dans qui que pour il',
    greeting: 'Bonjour ! Que souhaitez-vous savoir ?',
    welcome: 'Avec plaisir ! N’hésitez pas à poser d’autres questions.',
    notFound:
      'Je n’ai rien trouvé à ce sujet dans la documentation, et je préfère ne pas deviner. ' +
      'Essayez d’autres mots, ou nommez la fonction ou la page dont il s’agit.',
    inEnglish: 'La documentation est en anglais : une question en anglais trouvera davantage.',
  },
  {
    tag: 'es',
    hello: 'hola|buenos días|buenas tardes|buenas noches|buenas',
    thanks: 'gracias|muchas gracias|mil gracias',
    beside: 'a todos|vale|perfecto|por la ayuda|por tu ayuda|por su ayuda',
    words:
      'cómo cuánto dónde cuándo cuál qué quién cuesta puedo el los las una mi es en por para con como donde cual que del se hay no nada sobre esto otras y o tiene puede hacer ya si',
    greeting: '¡Hola! ¿Qué le gustaría saber?',
    welcome: '¡De nada! Pregunte cuando quiera saber algo más.',
    notFound:
      'No he encontrado nada sobre esto en la documentación y prefiero no adivinar. ' +
      'Pruebe con otras palabras o nombre la función o la página a la que se refiere.',
    inEnglish: 'La documentación está en inglés: una pregunta en inglés encontrará más.',
  },
  {
    tag: 'pt',
    hello: 'olá|oi|bom dia|boa tarde|boa noite',
    thanks: 'obrigado|obrigada|muito obrigado|muito obrigada|valeu',
    beside: 'a todos|pela ajuda',
    words:
      'como quanto onde quando qual quais posso custa uma meu minha você não para com os as em que é do da um isso há nada sobre isto ou outras e pode fazer se',
    greeting: 'Olá! O que gostaria de saber?',
    welcome: 'De nada! Pergunte sempre que quiser saber mais.',
    notFound:
      'Não encontrei nada sobre isto na documentação e prefiro não adivinhar. ' +
      'Tente outras palavras ou diga o nome da função ou da página.',
    inEnglish: 'A documentação está em inglês: uma pergunta em inglês encontrará mais.',
  },
  {
    tag: 'it',
    hello: 'ciao|buongiorno|buon giorno|buonasera|buona sera|salve',
    thanks: 'grazie|grazie mille|molte grazie|tante grazie',
    beside: 'a tutti|per l aiuto',
    words:
      'come quanto dove quando quale quali perché posso costa il lo gli una mio mia che per con sono si può di del è un non su questo questa o altre nella posso fare ho se',
    greeting: 'Salve! Che cosa vorrebbe sapere?',
    welcome: 'Prego! Chieda pure se vuole sapere altro.',
    notFound:
      'Non ho trovato nulla su questo nella documentazione e preferisco non tirare a indovinare. ' +
      'Provi con altre parole, o indichi la funzione o la pagina che intende.',
    inEnglish: 'La documentazione è in inglese: una domanda in inglese troverà di più.',
  },
  {
    tag: 'nl',
    hello: 'goedemorgen|goedemiddag|goedenavond|goedendag|goeiedag|hoi',
    thanks: 'bedankt|dank je|dank u|dank je wel|dank u wel|hartelijk dank',
    beside: 'allemaal|voor je hulp|voor uw hulp',
    words:
      'hoe wat waar wanneer waarom welke kan ik het een de mijn niet voor met kost zijn op van en er of die andere u wil niets',
    greeting: 'Hallo! Wat wilt u weten?',
    welcome: 'Graag gedaan! Vraag gerust als u nog iets wilt weten.',
    notFound:
      'Ik heb hierover niets gevonden in de documentatie en ik wil er niet naar raden. ' +
      'Probeer andere woorden, of noem de functie of pagina die u bedoelt.',
    inEnglish: 'De documentatie is in het Engels: een vraag in het Engels vindt meer.',
  },
  {
    tag: 'sv',
    hello: 'hej|hejsan|god morgon|god kväll|tjena',
    thanks: 'tack|tack så mycket|tusen tack|tackar',
    words:
      'hur vad när varför vilken kan jag det ett min mitt kostar och inte till med är på som för om andra eller den jag vill',
    greeting: 'Hej! Vad vill du veta?',
    welcome: 'Varsågod! Fråga gärna om du vill veta mer.',
    notFound:
      'Jag hittade inget om det här i dokumentationen, och vill inte gissa. ' +
      'Försök med andra ord, eller nämn funktionen eller sidan du menar.',
    inEnglish: 'Dokumentationen är på engelska: en fråga på engelska hittar mer.',
  },
  {
    tag: 'da',
    hello: 'goddag|godmorgen|god aften|godaften|hejsa',
    thanks: 'mange tak|tusind tak|tak',
    words:
      'hvordan hvad hvor hvornår hvorfor hvilken kan jeg det et min mit koster og ikke til med er på som om det eller den vil noget',
    greeting: 'Hej! Hvad vil du gerne vide?',
    welcome: 'Selv tak! Spørg endelig, hvis du vil vide mere.',
    notFound:
      'Jeg fandt ikke noget om det i dokumentationen og vil ikke gætte. ' +
      'Prøv med andre ord, eller nævn den funktion eller side, du mener.',
    inEnglish: 'Dokumentationen er på engelsk: et spørgsmål på engelsk finder mere.',
  },
  {
    tag: 'nb',
    hello: 'god dag|god morgen|god kveld|heisann|hei på deg',
    thanks: 'takk|tusen takk|mange takk|takk skal du ha',
    words:
      'hvordan hva hvor når hvorfor hvilken kan jeg det et min mitt koster og ikke til med er på som om dette eller den vil på',
    greeting: 'Hei! Hva vil du vite?',
    welcome: 'Bare hyggelig! Spør gjerne om du vil vite mer.',
    notFound:
      'Jeg fant ikke noe om dette i dokumentasjonen, og vil ikke gjette. ' +
      'Prøv med andre ord, eller nevn funksjonen eller siden du mener.',
    inEnglish: 'Dokumentasjonen er på engelsk: et spørsmål på engelsk finner mer.',
  },
  {
    tag: 'fi',
    hello: 'hei|moi|terve|hyvää päivää|hyvää huomenta|hyvää iltaa',
    thanks: 'kiitos|kiitti|paljon kiitoksia|kiitos paljon',
    words:
      'miten mitä missä milloin miksi mikä kuka voinko voiko minä minun on ja ei paljonko maksaa kuinka se tästä en tai',
    greeting: 'Hei! Mitä haluaisit tietää?',
    welcome: 'Ole hyvä! Kysy, kun haluat tietää lisää.',
    notFound:
      'En löytänyt tästä mitään dokumentaatiosta, enkä halua arvata. ' +
      'Kokeile toisia sanoja tai mainitse toiminto tai sivu, jota tarkoitat.',
    inEnglish: 'Dokumentaatio on englanniksi: englanninkielinen kysymys löytää enemmän.',
  },
  {
    tag: 'pl',
    hello: 'cześć|dzień dobry|dobry wieczór|witam|siema',
    thanks: 'dziękuję|dzięki|dziękuję bardzo|bardzo dziękuję|wielkie dzięki',
    words: 'jak co gdzie kiedy dlaczego który czy mogę ile kosztuje jest nie na do mój to się w z i nic ten lub albo',
    greeting: 'Dzień dobry! Czego chcesz się dowiedzieć?',
    welcome: 'Nie ma za co! Pytaj, gdy zechcesz wiedzieć więcej.',
    notFound:
      'Nie udało mi się znaleźć nic na ten temat w dokumentacji, a wolę nie zgadywać. ' +
      'Spróbuj innych słów albo nazwij funkcję lub stronę, o którą chodzi.',
    inEnglish: 'Dokumentacja jest po angielsku: pytanie po angielsku znajdzie więcej.',
  },
  {
    tag: 'cs',
    hello: 'ahoj|dobrý den|dobré ráno|dobrý večer|čau',
    thanks: 'děkuji|díky|děkuji moc|moc děkuji|děkuju',
    words: 'jak co kde kdy proč který můžu mohu kolik stojí je ne na do můj to se v s a nic si nebo jiná',
    greeting: 'Dobrý den! Co byste chtěli vědět?',
    welcome: 'Rádo se stalo! Klidně se ptejte dál.',
    notFound:
      'V dokumentaci se mi k tomu nepodařilo nic najít a nechci hádat. ' +
      'Zkuste jiná slova, nebo uveďte funkci či stránku, kterou myslíte.',
    inEnglish: 'Dokumentace je v angličtině: otázka v angličtině najde víc.',
  },
  {
    tag: 'hu',
    hello: 'szia|sziasztok|helló|jó napot|jó reggelt|jó estét',
    thanks: 'köszönöm|köszi|köszönöm szépen|nagyon köszönöm',
    words: 'hogyan mi hol mikor miért mennyibe kerül egy az nem van lehet és melyik hogy ezt más szavakkal erről hogy',
    greeting: 'Üdvözlöm! Mit szeretne tudni?',
    welcome: 'Szívesen! Kérdezzen bátran, ha többet szeretne tudni.',
    notFound:
      'Erről nem találtam semmit a dokumentációban, találgatni pedig nem szeretnék. ' +
      'Próbálja más szavakkal, vagy nevezze meg a funkciót vagy oldalt.',
    inEnglish: 'A dokumentáció angol nyelvű: angolul kérdezve többet talál.',
  },
  {
    tag: 'ro',
    hello: 'bună|bună ziua|bună dimineața|bună seara',
    thanks: 'mulțumesc|mersi|mulțumesc mult|vă mulțumesc',
    words: 'cum ce unde când care pot cât costă este nu pe cu să îmi un o și din nimic despre sau alte la prefer',
    greeting: 'Bună ziua! Ce ați dori să aflați?',
    welcome: 'Cu plăcere! Întrebați oricând doriți să aflați mai multe.',
    notFound:
      'Nu am găsit nimic despre asta în documentație și prefer să nu ghicesc. ' +
      'Încercați alte cuvinte sau numiți funcția ori pagina la care vă referiți.',
    inEnglish: 'Documentația este în engleză: o întrebare în engleză va găsi mai mult.',
  },
  {
    tag: 'tr',
    hello: 'merhaba|selam|günaydın|iyi günler|iyi akşamlar',
    thanks: 'teşekkürler|teşekkür ederim|çok teşekkürler|çok teşekkür ederim|sağ ol|sağol',
    words: 'nasıl ne nerede zaman neden kaç bir bu için mi mı mu mü var fiyat kadar hangi ve nedir ilgili ya da',
    greeting: 'Merhaba! Ne öğrenmek istersiniz?',
    welcome: 'Rica ederim! Başka sorunuz olursa sorabilirsiniz.',
    notFound:
      'Belgelerde bununla ilgili bir şey bulamadım ve tahmin yürütmek istemem. ' +
      'Başka kelimelerle deneyin ya da kastettiğiniz özelliği veya sayfayı yazın.',
    inEnglish: 'Belgeler İngilizce: İngilizce bir soru daha fazlasını bulur.',
  },
  {
    tag: 'id',
    hello: 'halo|hai|selamat pagi|selamat siang|selamat sore|selamat malam',
    thanks: 'terima kasih|makasih|terima kasih banyak',
    words: 'bagaimana apa di mana kapan mengapa berapa saya bisa yang ini untuk dengan biaya harganya cara adalah dan',
    greeting: 'Halo! Apa yang ingin Anda ketahui?',
    welcome: 'Sama-sama! Tanyakan kapan saja jika ingin tahu lebih banyak.',
    notFound:
      'Saya tidak menemukan apa pun tentang ini di dokumentasi, dan saya tidak ingin menebak. ' +
      'Coba kata lain, atau sebutkan fitur atau halaman yang dimaksud.',
    inEnglish: 'Dokumentasinya berbahasa Inggris: pertanyaan dalam bahasa Inggris akan menemukan lebih banyak.',
  },
  {
    tag: 'vi',
    hello: 'xin chào|chào|chào bạn|chào buổi sáng',
    thanks: 'cảm ơn|cám ơn|cảm ơn bạn|cảm ơn nhiều|cảm ơn bạn nhiều',
    words: 'làm thế nào gì ở đâu khi tại sao bao nhiêu tôi có là không của cho được và trong',
    greeting: 'Xin chào! Bạn muốn biết điều gì?',
    welcome: 'Không có gì! Cứ hỏi khi bạn muốn biết thêm.',
    notFound:
      'Tôi không tìm thấy gì về điều này trong tài liệu và không muốn đoán. ' +
      'Hãy thử từ khác, hoặc nêu tên tính năng hay trang bạn muốn hỏi.',
    inEnglish: 'Tài liệu bằng tiếng Anh: hỏi bằng tiếng Anh sẽ tìm được nhiều hơn.',
  },
  {
    tag: 'ru',
    hello: 'привет|здравствуйте|здравствуй|добрый день|доброе утро|добрый вечер',
    thanks: 'спасибо|большое спасибо|спасибо большое|благодарю',
    greeting: 'Здравствуйте! Что вы хотели бы узнать?',
    welcome: 'Пожалуйста! Спрашивайте, если захотите узнать больше.',
    notFound:
      'В документации об этом ничего не нашлось, а гадать не хочется. ' +
      'Попробуйте другие слова или назовите функцию либо страницу, о которой речь.',
    inEnglish: 'Документация на английском: вопрос на английском найдёт больше.',
  },
  {
    tag: 'uk',
    hello: 'привіт|вітаю|добрий день|доброго дня|добрий ранок|добрий вечір',
    thanks: 'дякую|щиро дякую|дуже дякую|дякую дуже',
    greeting: 'Вітаю! Що ви хотіли б дізнатися?',
    welcome: 'Будь ласка! Питайте, якщо захочете дізнатися більше.',
    notFound:
      'У документації про це нічого не знайшлося, а вгадувати не хочеться. ' +
      'Спробуйте інші слова або назвіть функцію чи сторінку, про яку йдеться.',
    inEnglish: 'Документація англійською: запитання англійською знайде більше.',
  },
  {
    tag: 'el',
    hello: 'γεια|γεια σας|γεια σου|καλημέρα|καλησπέρα|χαίρετε',
    thanks: 'ευχαριστώ|ευχαριστώ πολύ|σας ευχαριστώ',
    greeting: 'Γεια σας! Τι θα θέλατε να μάθετε;',
    welcome: 'Παρακαλώ! Ρωτήστε όποτε θέλετε να μάθετε περισσότερα.',
    notFound:
      'Δεν βρήκα τίποτα σχετικό στην τεκμηρίωση και προτιμώ να μη μαντέψω. ' +
      'Δοκιμάστε άλλες λέξεις ή πείτε τη λειτουργία ή τη σελίδα που εννοείτε.',
    inEnglish: 'Η τεκμηρίωση είναι στα αγγλικά: μια ερώτηση στα αγγλικά θα βρει περισσότερα.',
  },
  {
    tag: 'ar',
    hello: 'مرحبا|مرحباً|أهلا|أهلاً|السلام عليكم|صباح الخير|مساء الخير',
    thanks: 'شكرا|شكراً|شكرا جزيلا|شكراً جزيلاً|شكرا لك|شكراً لك',
    greeting: 'مرحبًا! ماذا تود أن تعرف؟',
    welcome: 'على الرحب والسعة! اسأل متى أردت معرفة المزيد.',
    notFound: 'لم أجد شيئًا عن هذا في الوثائق، ولا أريد أن أخمّن. جرّب كلمات أخرى، أو اذكر الميزة أو الصفحة التي تقصدها.',
    inEnglish: 'الوثائق باللغة الإنجليزية: السؤال بالإنجليزية يجد أكثر.',
  },
  {
    tag: 'fa',
    hello: 'سلام|درود|صبح بخیر|عصر بخیر',
    thanks: 'ممنون|مرسی|متشکرم|سپاس|خیلی ممنون|سپاسگزارم',
    greeting: 'سلام! چه چیزی می‌خواهید بدانید؟',
    welcome: 'خواهش می‌کنم! هر وقت خواستید بیشتر بدانید، بپرسید.',
    notFound:
      'در مستندات چیزی در این باره پیدا نکردم و نمی‌خواهم حدس بزنم. با واژه‌های دیگر بپرسید یا نام قابلیت یا صفحه را بگویید.',
    inEnglish: 'مستندات به انگلیسی است: پرسش به انگلیسی بیشتر پیدا می‌کند.',
  },
  {
    tag: 'ur',
    hello: 'ہیلو|آداب|السلام علیکم|اسلام علیکم',
    thanks: 'شکریہ|بہت شکریہ|آپ کا شکریہ',
    greeting: 'السلام علیکم! آپ کیا جاننا چاہیں گے؟',
    welcome: 'خوش آمدید! جب چاہیں مزید پوچھیں۔',
    notFound:
      'دستاویزات میں اس بارے میں کچھ نہیں ملا، اور میں اندازہ نہیں لگانا چاہتا۔ دوسرے الفاظ آزمائیں، یا فیچر یا صفحے کا نام بتائیں۔',
    inEnglish: 'دستاویزات انگریزی میں ہیں: انگریزی میں پوچھنے سے زیادہ ملے گا۔',
  },
  {
    tag: 'he',
    hello: 'שלום|היי|בוקר טוב|ערב טוב|צהריים טובים',
    thanks: 'תודה|תודה רבה|המון תודה',
    greeting: 'שלום! מה תרצו לדעת?',
    welcome: 'בשמחה! אפשר לשאול תמיד אם רוצים לדעת עוד.',
    notFound: 'לא מצאתי על כך דבר בתיעוד, ואיני רוצה לנחש. נסו מילים אחרות, או ציינו את התכונה או העמוד שאליו הכוונה.',
    inEnglish: 'התיעוד באנגלית: שאלה באנגלית תמצא יותר.',
  },
  {
    tag: 'hi',
    hello: 'नमस्ते|नमस्कार|हैलो|हाय|सुप्रभात',
    thanks: 'धन्यवाद|शुक्रिया|बहुत धन्यवाद|बहुत बहुत धन्यवाद',
    greeting: 'नमस्ते! आप क्या जानना चाहेंगे?',
    welcome: 'आपका स्वागत है! और कुछ जानना हो तो पूछें।',
    notFound:
      'मुझे दस्तावेज़ों में इस बारे में कुछ नहीं मिला, और मैं अनुमान नहीं लगाना चाहता। दूसरे शब्द आज़माएँ, या उस सुविधा या पृष्ठ का नाम बताएँ।',
    inEnglish: 'दस्तावेज़ अंग्रेज़ी में हैं: अंग्रेज़ी में पूछने पर अधिक मिलेगा।',
  },
  {
    tag: 'th',
    hello: 'สวัสดี|สวัสดีครับ|สวัสดีค่ะ|หวัดดี',
    thanks: 'ขอบคุณ|ขอบคุณครับ|ขอบคุณค่ะ|ขอบคุณมาก|ขอบคุณมากครับ|ขอบคุณมากค่ะ',
    greeting: 'สวัสดี! คุณอยากทราบเรื่องอะไร',
    welcome: 'ด้วยความยินดี! ถามได้เสมอเมื่ออยากทราบเพิ่มเติม',
    notFound: 'ไม่พบเรื่องนี้ในเอกสาร และไม่อยากเดา ลองใช้คำอื่น หรือระบุชื่อฟีเจอร์หรือหน้าที่ต้องการ',
    inEnglish: 'เอกสารเป็นภาษาอังกฤษ: ถามเป็นภาษาอังกฤษจะพบมากกว่า',
  },
  {
    tag: 'ja',
    hello: 'こんにちは|こんばんは|おはよう|おはようございます|はじめまして|もしもし',
    thanks: 'ありがとう|ありがとうございます|ありがとうございました|どうも|どうもありがとう|どうもありがとうございます',
    greeting: 'こんにちは。何をお調べしましょうか。',
    welcome: 'どういたしまして。ほかにもあれば、いつでもお尋ねください。',
    notFound:
      'ドキュメントにはこれについての記述が見つかりませんでした。推測でお答えすることは控えます。別の言葉で、または機能やページの名前でお試しください。',
    inEnglish: 'ドキュメントは英語です。英語で質問すると見つかりやすくなります。',
  },
  {
    tag: 'ko',
    hello: '안녕|안녕하세요|안녕하십니까|반갑습니다',
    thanks: '감사합니다|고마워요|고맙습니다|고마워|정말 감사합니다',
    greeting: '안녕하세요! 무엇을 알고 싶으신가요?',
    welcome: '천만에요! 더 궁금한 점이 있으면 언제든지 물어보세요.',
    notFound:
      '문서에서 이에 대한 내용을 찾지 못했고, 추측하지는 않겠습니다. 다른 말로 묻거나 기능이나 페이지 이름을 말씀해 주세요.',
    inEnglish: '문서는 영어로 되어 있습니다. 영어로 질문하면 더 많이 찾을 수 있습니다.',
  },
  {
    tag: 'zh-Hans',
    hello: '你好|您好|嗨|早上好|下午好|晚上好|大家好',
    thanks: '谢谢|多谢|非常感谢|谢谢你|谢谢您|感谢',
    greeting: '您好！您想了解什么？',
    welcome: '不客气！想了解更多时随时提问。',
    notFound: '文档中没有找到与此相关的内容，我不想随意猜测。请换个说法，或说出您指的功能或页面。',
    inEnglish: '文档是英文的：用英文提问能找到更多内容。',
  },
  {
    tag: 'zh-Hant',
    hello: '哈囉|早安|午安|晚安',
    thanks: '謝謝|多謝|非常感謝|謝謝你|謝謝您|感謝',
    greeting: '您好！您想了解什麼？',
    welcome: '不客氣！想了解更多時歡迎隨時提問。',
    notFound: '文件中找不到與此相關的內容，我不想隨意猜測。請換個說法，或說出您指的功能或頁面。',
    inEnglish: '文件是英文的：用英文提問能找到更多內容。',
  },
];
