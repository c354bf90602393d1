/** What the built-in answerer says that is in no document, in one language. */
export interface Phrases {
  /** BCP 47, as the widget's languages are named. */
  readonly tag: string;
  /** Ways to greet and to thank, lower case, without punctuation. */
  readonly hello: string;
  readonly thanks: string;
  /** Ways to ask who the assistant is, whether it is a person, what it can do, or for help, likewise. */
  readonly about: string;
  /** What may stand beside them. */
  readonly beside?: string;
  /** Frequent words by which a text of the language is known, where its script does not tell. */
  readonly words?: string;
  readonly greeting: string;
  readonly welcome: string;
  /** Says what it is, by its `{name}`. */
  readonly introduction: string;
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
    about:
      'who are you|who r u|what are you|who is this|what is your name|what s your name|do you have a name|' +
      'what can you do|what can you do for me|what can you help me with|what can you help with|what can i ask|' +
      'what can i ask you|what should i ask|what questions can i ask|what do you know|how can you help|' +
      'how can you help me|can you help|can you help me|could you help me|i need help|i need some help|help|' +
      'help me|please help|tell me about yourself|introduce yourself|are you real|are you human|' +
      'are you a human|are you a person|are you a real person|are you a bot|are you a robot|are you a chatbot|' +
      'are you a machine|are you ai|are you an ai|are you chatgpt|are you chat gpt|are you gpt|is this a bot|' +
      'is this a robot|is this a human|is this a real person|am i talking to a human|am i talking to a person|' +
      'am i talking to a real person|am i talking to a bot|am i talking to a robot|am i talking to a machine|' +
      'am i chatting with a human|am i chatting with a bot|who am i talking to|who am i chatting with|' +
      'human or bot|bot or human',
    words:
      'a an the what how where when why which who is are do does did can could i you my your it this to of for with and in on not',
    greeting: 'Hello! What would you like to know?',
    welcome: 'You are welcome! Ask me whenever there is more you would like to know.',
    introduction:
      'I am {name}, an automatic assistant and not a person. I answer from the documents I was given, and show ' +
      'where each answer comes from.',
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
    about:
      'wer bist du|wer sind sie|was bist du|was sind sie|was kannst du|was können sie|was kannst du alles|' +
      'was können sie alles|was kannst du für mich tun|was können sie für mich tun|wie heißt du|wie heißen sie|' +
      'bist du ein mensch|sind sie ein mensch|bist du ein bot|sind sie ein bot|bist du ein roboter|' +
      'sind sie ein roboter|bist du eine ki|sind sie eine ki|bist du chatgpt|bist du echt|kannst du mir helfen|' +
      'können sie mir helfen|wie kannst du mir helfen|wie können sie mir helfen|hilfe|ich brauche hilfe|' +
      'was kann ich fragen|was kann ich dich fragen|was kann ich sie fragen|spreche ich mit einem menschen|' +
      'rede ich mit einem menschen',
    words:
      'wie wo wann warum wer welche welches welcher ich das ist sind ein eine einen kann mein meine meinen der den dem und nicht auf mit für gibt es zu wird man kostet',
    greeting: 'Hallo! Was möchten Sie wissen?',
    welcome: 'Gern geschehen! Fragen Sie, wenn Sie noch etwas wissen möchten.',
    introduction:
      'Ich bin {name}, ein automatischer Assistent und kein Mensch. Ich antworte aus den Unterlagen, die mir ' +
      'gegeben wurden, und zeige, woher jede Antwort stammt.',
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
    about:
      'qui es tu|qui êtes vous|tu es qui|vous êtes qui|qu es tu|que peux tu faire|que pouvez vous faire|' +
      'que sais tu faire|que savez vous faire|tu peux faire quoi|comment t appelles tu|' +
      'comment vous appelez vous|quel est ton nom|quel est votre nom|es tu un humain|êtes vous un humain|' +
      'es tu humain|êtes vous humain|es tu une personne|êtes vous une personne|es tu un robot|' +
      'êtes vous un robot|es tu un bot|êtes vous un bot|es tu une ia|êtes vous une ia|es tu chatgpt|' +
      'êtes vous chatgpt|peux tu m aider|pouvez vous m aider|comment peux tu m aider|' +
      'comment pouvez vous m aider|aide|à l aide|aidez moi|que puis je demander|que puis je te demander|' +
      'que puis je vous demander',
    words:
      'comment combien pourquoi quand où est le la les des une mon ma mes puis je peut ça coûte quel quelle quels avec sur vous votre dans qui que pour il',
    greeting: 'Bonjour ! Que souhaitez-vous savoir ?',
    welcome: 'Avec plaisir ! N’hésitez pas à poser d’autres questions.',
    introduction:
      'Je suis {name}, un assistant automatique et non une personne. Je réponds à partir des documents qui ' +
      'm’ont été confiés, et j’indique d’où vient chaque réponse.',
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
    about:
      'quién eres|quien eres|quién es usted|qué eres|que eres|qué puedes hacer|que puedes hacer|' +
      'qué puede hacer|qué sabes hacer|cómo te llamas|como te llamas|cómo se llama usted|cuál es tu nombre|' +
      'eres humano|eres un humano|eres una persona|eres una persona real|eres un bot|eres un robot|' +
      'es usted un robot|eres una ia|eres chatgpt|puedes ayudarme|puede ayudarme|me puedes ayudar|' +
      'cómo puedes ayudarme|en qué puedes ayudarme|ayuda|necesito ayuda|qué puedo preguntar|' +
      'qué puedo preguntarte|hablo con una persona|estoy hablando con una persona',
    words:
      'cómo cuánto dónde cuándo cuál qué quién cuesta puedo el los las una mi es en por para con como donde cual que del se hay no nada sobre esto otras y o tiene puede hacer ya si',
    greeting: '¡Hola! ¿Qué le gustaría saber?',
    welcome: '¡De nada! Pregunte cuando quiera saber algo más.',
    introduction:
      'Soy {name}, un asistente automático y no una persona. Respondo con los documentos que me han dado e ' +
      'indico de dónde sale cada respuesta.',
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
    about:
      'quem é você|quem é vc|quem és tu|quem és|o que é você|o que és|o que você pode fazer|o que podes fazer|' +
      'o que você sabe fazer|o que sabes fazer|qual é o seu nome|qual é o teu nome|qual o seu nome|' +
      'como você se chama|como te chamas|você é humano|você é uma pessoa|você é uma pessoa real|és humano|' +
      'és uma pessoa|você é um robô|você é um bot|és um robô|és um bot|você é uma ia|você é o chatgpt|' +
      'pode me ajudar|você pode me ajudar|podes ajudar me|como você pode me ajudar|ajuda|preciso de ajuda|' +
      'o que posso perguntar|estou falando com uma pessoa',
    words:
      'como quanto onde quando qual quais posso custa uma meu minha você não para com os as em que é do da um isso há nada sobre isto ou outras e pode fazer se',
    greeting: 'Olá! O que gostaria de saber?',
    welcome: 'De nada! Pergunte sempre que quiser saber mais.',
    introduction:
      'Sou {name}, um assistente automático e não uma pessoa. Respondo com base nos documentos que recebi e ' +
      'mostro de onde vem cada resposta.',
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
    about:
      'chi sei|chi è lei|cosa sei|che cosa sei|cosa puoi fare|che cosa puoi fare|cosa sai fare|' +
      'che cosa sai fare|come ti chiami|qual è il tuo nome|sei umano|sei un umano|sei una persona|' +
      'sei una persona reale|sei una persona vera|sei un essere umano|sei un bot|sei un robot|sei una ia|' +
      'sei chatgpt|puoi aiutarmi|mi puoi aiutare|può aiutarmi|come puoi aiutarmi|aiuto|ho bisogno di aiuto|' +
      'cosa posso chiedere|cosa posso chiederti|parlo con una persona|sto parlando con una persona',
    words:
      'come quanto dove quando quale quali perché posso costa il lo gli una mio mia che per con sono si può di del è un non su questo questa o altre nella posso fare ho se',
    greeting: 'Salve! Che cosa vorrebbe sapere?',
    welcome: 'Prego! Chieda pure se vuole sapere altro.',
    introduction:
      'Sono {name}, un assistente automatico e non una persona. Rispondo con i documenti che mi sono stati ' +
      'dati e mostro da dove viene ogni risposta.',
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
    about:
      'wie ben je|wie ben jij|wie bent u|wat ben je|wat ben jij|wat kun je|wat kan je|wat kun jij|' +
      'wat kun je doen|wat kan je doen|wat kunt u|wat kunt u doen|wat kun je voor me doen|hoe heet je|' +
      'hoe heet jij|hoe heet u|wat is je naam|ben je een mens|bent u een mens|ben je echt|ben je een bot|' +
      'ben je een robot|bent u een robot|ben je een ai|ben je chatgpt|kun je me helpen|kan je me helpen|' +
      'kunt u mij helpen|kunt u me helpen|hulp|ik heb hulp nodig|wat kan ik vragen|wat kan ik je vragen|' +
      'praat ik met een mens',
    words:
      'hoe wat waar wanneer waarom welke kan ik het een de mijn niet voor met kost zijn op van en er of die andere u wil niets',
    greeting: 'Hallo! Wat wilt u weten?',
    welcome: 'Graag gedaan! Vraag gerust als u nog iets wilt weten.',
    introduction:
      'Ik ben {name}, een automatische assistent en geen mens. Ik antwoord uit de documenten die ik heb ' +
      'gekregen en laat zien waar elk antwoord vandaan komt.',
    notFound:
      'Ik heb hierover niets gevonden in de documentatie en ik wil er niet naar raden. ' +
      'Probeer andere woorden, of noem de functie of pagina die u bedoelt.',
    inEnglish: 'De documentatie is in het Engels: een vraag in het Engels vindt meer.',
  },
  {
    tag: 'sv',
    hello: 'hej|hejsan|god morgon|god kväll|tjena',
    thanks: 'tack|tack så mycket|tusen tack|tackar',
    about:
      'vem är du|vad är du|vad kan du|vad kan du göra|vad kan du hjälpa mig med|vad heter du|är du en människa|' +
      'är du människa|är du en riktig person|är du en bot|är du en robot|är du en ai|är du chatgpt|' +
      'kan du hjälpa mig|hjälp|hjälp mig|jag behöver hjälp|vad kan jag fråga|vad kan jag fråga om|' +
      'pratar jag med en människa',
    words:
      'hur vad när varför vilken kan jag det ett min mitt kostar och inte till med är på som för om andra eller den jag vill',
    greeting: 'Hej! Vad vill du veta?',
    welcome: 'Varsågod! Fråga gärna om du vill veta mer.',
    introduction:
      'Jag är {name}, en automatisk assistent och ingen människa. Jag svarar utifrån de dokument jag har fått ' +
      'och visar var varje svar kommer ifrån.',
    notFound:
      'Jag hittade inget om det här i dokumentationen, och vill inte gissa. ' +
      'Försök med andra ord, eller nämn funktionen eller sidan du menar.',
    inEnglish: 'Dokumentationen är på engelska: en fråga på engelska hittar mer.',
  },
  {
    tag: 'da',
    hello: 'goddag|godmorgen|god aften|godaften|hejsa',
    thanks: 'mange tak|tusind tak|tak',
    about:
      'hvem er du|hvad er du|hvad kan du|hvad kan du gøre|hvad kan du hjælpe mig med|hvad hedder du|' +
      'er du et menneske|er du en rigtig person|er du en bot|er du en robot|er du en ai|er du chatgpt|' +
      'kan du hjælpe mig|hjælp|hjælp mig|jeg har brug for hjælp|hvad kan jeg spørge om|' +
      'taler jeg med et menneske',
    words:
      'hvordan hvad hvor hvornår hvorfor hvilken kan jeg det et min mit koster og ikke til med er på som om det eller den vil noget',
    greeting: 'Hej! Hvad vil du gerne vide?',
    welcome: 'Selv tak! Spørg endelig, hvis du vil vide mere.',
    introduction:
      'Jeg er {name}, en automatisk assistent og ikke et menneske. Jeg svarer ud fra de dokumenter, jeg har ' +
      'fået, og viser, hvor hvert svar kommer fra.',
    notFound:
      'Jeg fandt ikke noget om det i dokumentationen og vil ikke gætte. ' +
      'Prøv med andre ord, eller nævn den funktion eller side, du mener.',
    inEnglish: 'Dokumentationen er på engelsk: et spørgsmål på engelsk finder mere.',
  },
  {
    tag: 'nb',
    hello: 'god dag|god morgen|god kveld|heisann|hei på deg',
    thanks: 'takk|tusen takk|mange takk|takk skal du ha',
    about:
      'hva er du|hva kan du|hva kan du gjøre|hva kan du hjelpe meg med|hva heter du|er du menneske|' +
      'er du en ekte person|er du en chatbot|er du en maskin|kan du hjelpe meg|hjelp|hjelp meg|' +
      'jeg trenger hjelp|hva kan jeg spørre om|snakker jeg med et menneske',
    words:
      'hvordan hva hvor når hvorfor hvilken kan jeg det et min mitt koster og ikke til med er på som om dette eller den vil på',
    greeting: 'Hei! Hva vil du vite?',
    welcome: 'Bare hyggelig! Spør gjerne om du vil vite mer.',
    introduction:
      'Jeg er {name}, en automatisk assistent og ikke et menneske. Jeg svarer ut fra dokumentene jeg har fått, ' +
      'og viser hvor hvert svar kommer fra.',
    notFound:
      'Jeg fant ikke noe om dette i dokumentasjonen, og vil ikke gjette. ' +
      'Prøv med andre ord, eller nevn funksjonen eller siden du mener.',
    inEnglish: 'Dokumentasjonen er på engelsk: et spørsmål på engelsk finner mer.',
  },
  {
    tag: 'fi',
    hello: 'hei|moi|terve|hyvää päivää|hyvää huomenta|hyvää iltaa',
    thanks: 'kiitos|kiitti|paljon kiitoksia|kiitos paljon',
    about:
      'kuka olet|kuka sinä olet|mikä olet|mikä sinä olet|mitä osaat|mitä osaat tehdä|mitä voit tehdä|' +
      'mikä sinun nimesi on|mikä nimesi on|oletko ihminen|oletko oikea ihminen|oletko botti|oletko robotti|' +
      'oletko tekoäly|oletko chatgpt|voitko auttaa|voitko auttaa minua|apua|tarvitsen apua|auta|auta minua|' +
      'mitä voin kysyä|mitä voin kysyä sinulta|puhunko ihmisen kanssa',
    words:
      'miten mitä missä milloin miksi mikä kuka voinko voiko minä minun on ja ei paljonko maksaa kuinka se tästä en tai',
    greeting: 'Hei! Mitä haluaisit tietää?',
    welcome: 'Ole hyvä! Kysy, kun haluat tietää lisää.',
    introduction:
      'Olen {name}, automaattinen avustaja enkä ihminen. Vastaan minulle annettujen asiakirjojen perusteella ' +
      'ja näytän, mistä kukin vastaus on peräisin.',
    notFound:
      'En löytänyt tästä mitään dokumentaatiosta, enkä halua arvata. ' +
      'Kokeile toisia sanoja tai mainitse toiminto tai sivu, jota tarkoitat.',
    inEnglish: 'Dokumentaatio on englanniksi: englanninkielinen kysymys löytää enemmän.',
  },
  {
    tag: 'pl',
    hello: 'cześć|dzień dobry|dobry wieczór|witam|siema',
    thanks: 'dziękuję|dzięki|dziękuję bardzo|bardzo dziękuję|wielkie dzięki',
    about:
      'kim jesteś|kim ty jesteś|czym jesteś|co potrafisz|co umiesz|co możesz zrobić|co możesz dla mnie zrobić|' +
      'jak się nazywasz|jak masz na imię|jesteś człowiekiem|czy jesteś człowiekiem|jesteś botem|' +
      'czy jesteś botem|jesteś robotem|czy jesteś robotem|czy jesteś sztuczną inteligencją|czy jesteś chatgpt|' +
      'możesz mi pomóc|czy możesz mi pomóc|jak możesz mi pomóc|w czym możesz mi pomóc|pomoc|pomocy|pomóż mi|' +
      'potrzebuję pomocy|o co mogę zapytać|o co mogę pytać|czy rozmawiam z człowiekiem',
    words: 'jak co gdzie kiedy dlaczego który czy mogę ile kosztuje jest nie na do mój to się w z i nic ten lub albo',
    greeting: 'Dzień dobry! Czego chcesz się dowiedzieć?',
    welcome: 'Nie ma za co! Pytaj, gdy zechcesz wiedzieć więcej.',
    introduction:
      'Jestem {name}, automatycznym asystentem, a nie człowiekiem. Odpowiadam na podstawie dokumentów, które ' +
      'otrzymałem, i pokazuję, skąd pochodzi każda odpowiedź.',
    notFound:
      'Nie udało mi się znaleźć nic na ten temat w dokumentacji, a wolę nie zgadywać. ' +
      'Spróbuj innych słów albo nazwij funkcję lub stronę, o którą chodzi.',
    inEnglish: 'Dokumentacja jest po angielsku: pytanie po angielsku znajdzie więcej.',
  },
  {
    tag: 'cs',
    hello: 'ahoj|dobrý den|dobré ráno|dobrý večer|čau',
    thanks: 'děkuji|díky|děkuji moc|moc děkuji|děkuju',
    about:
      'kdo jsi|kdo jste|co jsi|co jste|co umíš|co umíte|co dokážeš|co dokážete|co pro mě můžeš udělat|' +
      'jak se jmenuješ|jak se jmenujete|jsi člověk|jste člověk|jsi robot|jste robot|jsi bot|jste bot|' +
      'jsi umělá inteligence|jsi chatgpt|můžeš mi pomoci|můžete mi pomoci|můžeš mi pomoct|můžete mi pomoct|' +
      's čím mi můžeš pomoci|potřebuji pomoc|pomozte mi|na co se mohu zeptat|na co se můžu zeptat|' +
      'mluvím s člověkem',
    words: 'jak co kde kdy proč který můžu mohu kolik stojí je ne na do můj to se v s a nic si nebo jiná',
    greeting: 'Dobrý den! Co byste chtěli vědět?',
    welcome: 'Rádo se stalo! Klidně se ptejte dál.',
    introduction:
      'Jsem {name}, automatický asistent, a ne člověk. Odpovídám z dokumentů, které jsem dostal, a ukazuji, ' +
      'odkud každá odpověď pochází.',
    notFound:
      'V dokumentaci se mi k tomu nepodařilo nic najít a nechci hádat. ' +
      'Zkuste jiná slova, nebo uveďte funkci či stránku, kterou myslíte.',
    inEnglish: 'Dokumentace je v angličtině: otázka v angličtině najde víc.',
  },
  {
    tag: 'hu',
    hello: 'szia|sziasztok|helló|jó napot|jó reggelt|jó estét',
    thanks: 'köszönöm|köszi|köszönöm szépen|nagyon köszönöm',
    about:
      'ki vagy|ki vagy te|mi vagy|mi vagy te|mit tudsz|mit tudsz csinálni|miben tudsz segíteni|' +
      'miben tud segíteni|hogy hívnak|mi a neved|ember vagy|te ember vagy|robot vagy|bot vagy|' +
      'te egy robot vagy|te egy bot vagy|mesterséges intelligencia vagy|chatgpt vagy|tudsz segíteni|' +
      'tud segíteni|segítség|segíts|segítségre van szükségem|mit kérdezhetek|emberrel beszélek',
    words: 'hogyan mi hol mikor miért mennyibe kerül egy az nem van lehet és melyik hogy ezt más szavakkal erről hogy',
    greeting: 'Üdvözlöm! Mit szeretne tudni?',
    welcome: 'Szívesen! Kérdezzen bátran, ha többet szeretne tudni.',
    introduction:
      'A nevem {name}; automatikus asszisztens vagyok, nem ember. A kapott dokumentumok alapján válaszolok, és ' +
      'megmutatom, honnan származik az egyes válasz.',
    notFound:
      'Erről nem találtam semmit a dokumentációban, találgatni pedig nem szeretnék. ' +
      'Próbálja más szavakkal, vagy nevezze meg a funkciót vagy oldalt.',
    inEnglish: 'A dokumentáció angol nyelvű: angolul kérdezve többet talál.',
  },
  {
    tag: 'ro',
    hello: 'bună|bună ziua|bună dimineața|bună seara',
    thanks: 'mulțumesc|mersi|mulțumesc mult|vă mulțumesc',
    about:
      'cine ești|cine ești tu|cine esti|cine sunteți|ce ești|ce ești tu|ce poți face|ce poti face|' +
      'ce puteți face|ce știi să faci|cum te cheamă|cum te numești|cum vă numiți|ești om|ești o persoană|' +
      'ești o persoană reală|ești un robot|ești un bot|ești o inteligență artificială|ești chatgpt|' +
      'mă poți ajuta|mă puteți ajuta|poți să mă ajuți|cu ce mă poți ajuta|ajutor|am nevoie de ajutor|' +
      'ce pot să întreb|ce pot întreba|vorbesc cu un om',
    words: 'cum ce unde când care pot cât costă este nu pe cu să îmi un o și din nimic despre sau alte la prefer',
    greeting: 'Bună ziua! Ce ați dori să aflați?',
    welcome: 'Cu plăcere! Întrebați oricând doriți să aflați mai multe.',
    introduction:
      'Sunt {name}, un asistent automat, nu o persoană. Răspund pe baza documentelor pe care le-am primit și ' +
      'arăt de unde provine fiecare răspuns.',
    notFound:
      'Nu am găsit nimic despre asta în documentație și prefer să nu ghicesc. ' +
      'Încercați alte cuvinte sau numiți funcția ori pagina la care vă referiți.',
    inEnglish: 'Documentația este în engleză: o întrebare în engleză va găsi mai mult.',
  },
  {
    tag: 'tr',
    hello: 'merhaba|selam|günaydın|iyi günler|iyi akşamlar',
    thanks: 'teşekkürler|teşekkür ederim|çok teşekkürler|çok teşekkür ederim|sağ ol|sağol',
    about:
      'sen kimsin|kimsin|siz kimsiniz|kimsiniz|sen nesin|nesin|ne yapabilirsin|neler yapabilirsin|' +
      'ne yapabilirsiniz|neler yapabilirsiniz|adın ne|adınız ne|ismin ne|insan mısın|insan mısınız|' +
      'gerçek bir insan mısın|robot musun|robot musunuz|bot musun|yapay zeka mısın|chatgpt misin|' +
      'bana yardım eder misin|bana yardım edebilir misin|bana yardım edebilir misiniz|yardım eder misiniz|' +
      'yardım|yardıma ihtiyacım var|nasıl yardımcı olabilirsin|ne sorabilirim|neler sorabilirim',
    words: 'nasıl ne nerede zaman neden kaç bir bu için mi mı mu mü var fiyat kadar hangi ve nedir ilgili ya da',
    greeting: 'Merhaba! Ne öğrenmek istersiniz?',
    welcome: 'Rica ederim! Başka sorunuz olursa sorabilirsiniz.',
    introduction:
      'Ben {name}: bir insan değil, otomatik bir asistanım. Bana verilen belgelerden yanıt verir ve her ' +
      'yanıtın nereden geldiğini gösteririm.',
    notFound:
      'Belgelerde bununla ilgili bir şey bulamadım ve tahmin yürütmek istemem. ' +
      'Başka kelimelerle deneyin ya da kastettiğiniz özelliği veya sayfayı yazın.',
    inEnglish: 'Belgeler İngilizce: İngilizce bir soru daha fazlasını bulur.',
  },
  {
    tag: 'id',
    hello: 'halo|hai|selamat pagi|selamat siang|selamat sore|selamat malam',
    thanks: 'terima kasih|makasih|terima kasih banyak',
    about:
      'siapa kamu|kamu siapa|siapa anda|anda siapa|apa kamu|kamu bisa apa|kamu bisa apa saja|' +
      'apa yang bisa kamu lakukan|apa yang bisa anda lakukan|apa yang dapat anda lakukan|siapa nama kamu|' +
      'siapa namamu|siapa nama anda|apakah kamu manusia|apakah anda manusia|kamu manusia|apakah kamu robot|' +
      'apakah anda robot|kamu robot|apakah kamu bot|apakah anda bot|apakah kamu ai|apakah kamu chatgpt|' +
      'bisa bantu saya|bisakah kamu membantu saya|bisakah anda membantu saya|tolong|bantuan|tolong bantu saya|' +
      'saya butuh bantuan|apa yang bisa saya tanyakan|apa yang boleh saya tanyakan',
    words: 'bagaimana apa di mana kapan mengapa berapa saya bisa yang ini untuk dengan biaya harganya cara adalah dan',
    greeting: 'Halo! Apa yang ingin Anda ketahui?',
    welcome: 'Sama-sama! Tanyakan kapan saja jika ingin tahu lebih banyak.',
    introduction:
      'Saya {name}, asisten otomatis dan bukan manusia. Saya menjawab dari dokumen yang diberikan kepada saya ' +
      'dan menunjukkan dari mana setiap jawaban berasal.',
    notFound:
      'Saya tidak menemukan apa pun tentang ini di dokumentasi, dan saya tidak ingin menebak. ' +
      'Coba kata lain, atau sebutkan fitur atau halaman yang dimaksud.',
    inEnglish: 'Dokumentasinya berbahasa Inggris: pertanyaan dalam bahasa Inggris akan menemukan lebih banyak.',
  },
  {
    tag: 'vi',
    hello: 'xin chào|chào|chào bạn|chào buổi sáng',
    thanks: 'cảm ơn|cám ơn|cảm ơn bạn|cảm ơn nhiều|cảm ơn bạn nhiều',
    about:
      'bạn là ai|bạn là gì|bạn có thể làm gì|bạn làm được gì|bạn biết làm gì|bạn tên là gì|bạn tên gì|' +
      'tên bạn là gì|bạn có phải là người không|bạn có phải là người thật không|bạn là người hay máy|' +
      'bạn có phải là robot không|bạn có phải là bot không|bạn có phải là chatgpt không|' +
      'bạn có thể giúp tôi không|giúp tôi với|giúp tôi|trợ giúp|tôi cần giúp đỡ|tôi có thể hỏi gì|' +
      'tôi có thể hỏi bạn những gì',
    words: 'làm thế nào gì ở đâu khi tại sao bao nhiêu tôi có là không của cho được và trong',
    greeting: 'Xin chào! Bạn muốn biết điều gì?',
    welcome: 'Không có gì! Cứ hỏi khi bạn muốn biết thêm.',
    introduction:
      'Tôi là {name}, một trợ lý tự động chứ không phải người thật. Tôi trả lời dựa trên các tài liệu được ' +
      'giao và cho biết mỗi câu trả lời lấy từ đâu.',
    notFound:
      'Tôi không tìm thấy gì về điều này trong tài liệu và không muốn đoán. ' +
      'Hãy thử từ khác, hoặc nêu tên tính năng hay trang bạn muốn hỏi.',
    inEnglish: 'Tài liệu bằng tiếng Anh: hỏi bằng tiếng Anh sẽ tìm được nhiều hơn.',
  },
  {
    tag: 'ru',
    hello: 'привет|здравствуйте|здравствуй|добрый день|доброе утро|добрый вечер',
    thanks: 'спасибо|большое спасибо|спасибо большое|благодарю',
    about:
      'кто ты|ты кто|кто вы|вы кто|что ты такое|что ты умеешь|что вы умеете|что ты можешь|что вы можете|' +
      'что ты умеешь делать|что ты можешь делать|как тебя зовут|как вас зовут|ты человек|вы человек|' +
      'ты живой человек|вы живой человек|ты робот|вы робот|ты бот|вы бот|это бот|это робот|ты ии|ты нейросеть|' +
      'ты искусственный интеллект|ты chatgpt|ты можешь мне помочь|вы можете мне помочь|можешь помочь|' +
      'можете помочь|помоги|помогите|помощь|нужна помощь|чем ты можешь помочь|чем вы можете помочь|' +
      'о чем можно спросить|о чём можно спросить|что можно спросить|я говорю с человеком',
    greeting: 'Здравствуйте! Что вы хотели бы узнать?',
    welcome: 'Пожалуйста! Спрашивайте, если захотите узнать больше.',
    introduction:
      'Я {name}, автоматический помощник, а не человек. Я отвечаю по документам, которые мне дали, и ' +
      'показываю, откуда взят каждый ответ.',
    notFound:
      'В документации об этом ничего не нашлось, а гадать не хочется. ' +
      'Попробуйте другие слова или назовите функцию либо страницу, о которой речь.',
    inEnglish: 'Документация на английском: вопрос на английском найдёт больше.',
  },
  {
    tag: 'uk',
    hello: 'привіт|вітаю|добрий день|доброго дня|добрий ранок|добрий вечір',
    thanks: 'дякую|щиро дякую|дуже дякую|дякую дуже',
    about:
      'хто ти|ти хто|хто ви|ви хто|що ти таке|що ти вмієш|що ви вмієте|що ти можеш|що ви можете|як тебе звати|' +
      'як вас звати|ти людина|ви людина|ти жива людина|ви жива людина|чи ти людина|ти робот|ви робот|ти бот|' +
      'ви бот|це бот|це робот|ти ші|ти штучний інтелект|ти chatgpt|ти можеш мені допомогти|' +
      'ви можете мені допомогти|можеш допомогти|можете допомогти|допоможи|допоможіть|допомога|' +
      'потрібна допомога|чим ви можете допомогти|про що можна запитати|що можна запитати|я розмовляю з людиною',
    greeting: 'Вітаю! Що ви хотіли б дізнатися?',
    welcome: 'Будь ласка! Питайте, якщо захочете дізнатися більше.',
    introduction:
      'Я {name}, автоматичний помічник, а не людина. Я відповідаю за документами, які мені надали, і показую, ' +
      'звідки взято кожну відповідь.',
    notFound:
      'У документації про це нічого не знайшлося, а вгадувати не хочеться. ' +
      'Спробуйте інші слова або назвіть функцію чи сторінку, про яку йдеться.',
    inEnglish: 'Документація англійською: запитання англійською знайде більше.',
  },
  {
    tag: 'el',
    hello: 'γεια|γεια σας|γεια σου|καλημέρα|καλησπέρα|χαίρετε',
    thanks: 'ευχαριστώ|ευχαριστώ πολύ|σας ευχαριστώ',
    about:
      'ποιος είσαι|ποια είσαι|ποιος είστε|τι είσαι|τι μπορείς να κάνεις|τι μπορείτε να κάνετε|' +
      'τι ξέρεις να κάνεις|πώς σε λένε|πως σε λένε|πώς σας λένε|είσαι άνθρωπος|είστε άνθρωπος|' +
      'είσαι πραγματικός άνθρωπος|είσαι ρομπότ|είστε ρομπότ|είσαι bot|είσαι τεχνητή νοημοσύνη|είσαι το chatgpt|' +
      'μπορείς να με βοηθήσεις|μπορείτε να με βοηθήσετε|βοήθεια|χρειάζομαι βοήθεια|βοήθησέ με|' +
      'πώς μπορείς να βοηθήσεις|τι μπορώ να ρωτήσω|μιλάω με άνθρωπο',
    greeting: 'Γεια σας! Τι θα θέλατε να μάθετε;',
    welcome: 'Παρακαλώ! Ρωτήστε όποτε θέλετε να μάθετε περισσότερα.',
    introduction:
      'Με λένε {name} και είμαι αυτόματος βοηθός, όχι άνθρωπος. Απαντώ με βάση τα έγγραφα που μου δόθηκαν και ' +
      'δείχνω από πού προέρχεται κάθε απάντηση.',
    notFound:
      'Δεν βρήκα τίποτα σχετικό στην τεκμηρίωση και προτιμώ να μη μαντέψω. ' +
      'Δοκιμάστε άλλες λέξεις ή πείτε τη λειτουργία ή τη σελίδα που εννοείτε.',
    inEnglish: 'Η τεκμηρίωση είναι στα αγγλικά: μια ερώτηση στα αγγλικά θα βρει περισσότερα.',
  },
  {
    tag: 'ar',
    hello: 'مرحبا|مرحباً|أهلا|أهلاً|السلام عليكم|صباح الخير|مساء الخير',
    thanks: 'شكرا|شكراً|شكرا جزيلا|شكراً جزيلاً|شكرا لك|شكراً لك',
    about:
      'من أنت|من انت|ما أنت|ماذا يمكنك أن تفعل|ماذا يمكنك ان تفعل|ماذا تستطيع أن تفعل|ماذا تستطيع ان تفعل|' +
      'ما الذي يمكنك فعله|ما اسمك|ما هو اسمك|هل أنت إنسان|هل انت انسان|هل أنت شخص حقيقي|هل أنت روبوت|' +
      'هل انت روبوت|هل أنت بوت|هل أنت ذكاء اصطناعي|هل أنت chatgpt|هل يمكنك مساعدتي|كيف يمكنك مساعدتي|ساعدني|' +
      'مساعدة|أحتاج مساعدة|ماذا يمكنني أن أسأل|عن ماذا يمكنني أن أسأل|هل أتحدث مع إنسان',
    greeting: 'مرحبًا! ماذا تود أن تعرف؟',
    welcome: 'على الرحب والسعة! اسأل متى أردت معرفة المزيد.',
    introduction: 'أنا {name}، مساعد آلي ولست إنسانًا. أجيب من الوثائق التي أُعطيت لي، وأبيّن مصدر كل إجابة.',
    notFound: 'لم أجد شيئًا عن هذا في الوثائق، ولا أريد أن أخمّن. جرّب كلمات أخرى، أو اذكر الميزة أو الصفحة التي تقصدها.',
    inEnglish: 'الوثائق باللغة الإنجليزية: السؤال بالإنجليزية يجد أكثر.',
  },
  {
    tag: 'fa',
    hello: 'سلام|درود|صبح بخیر|عصر بخیر',
    thanks: 'ممنون|مرسی|متشکرم|سپاس|خیلی ممنون|سپاسگزارم',
    about:
      'تو کی هستی|تو که هستی|شما کی هستید|شما که هستید|شما چه کسی هستید|تو چی هستی|چه کاری می‌توانی انجام دهی|' +
      'چه کارهایی می‌توانی انجام دهی|چه کاری می‌توانید انجام دهید|چه کارهایی می‌توانید انجام دهید|اسمت چیه|' +
      'اسم شما چیست|نام شما چیست|نامت چیست|آیا انسان هستی|آیا شما انسان هستید|انسان هستی|آیا ربات هستی|' +
      'آیا شما ربات هستید|ربات هستی|آیا هوش مصنوعی هستی|می‌توانی کمکم کنی|می‌توانید کمکم کنید|' +
      'می‌توانید به من کمک کنید|کمک|کمکم کن|چه می‌توانم بپرسم|چه چیزی می‌توانم بپرسم',
    greeting: 'سلام! چه چیزی می‌خواهید بدانید؟',
    welcome: 'خواهش می‌کنم! هر وقت خواستید بیشتر بدانید، بپرسید.',
    introduction:
      'من {name} هستم، یک دستیار خودکار و نه انسان. از روی اسنادی که در اختیارم گذاشته شده پاسخ می‌دهم و نشان ' +
      'می‌دهم هر پاسخ از کجا آمده است.',
    notFound:
      'در مستندات چیزی در این باره پیدا نکردم و نمی‌خواهم حدس بزنم. با واژه‌های دیگر بپرسید یا نام قابلیت یا صفحه را بگویید.',
    inEnglish: 'مستندات به انگلیسی است: پرسش به انگلیسی بیشتر پیدا می‌کند.',
  },
  {
    tag: 'ur',
    hello: 'ہیلو|آداب|السلام علیکم|اسلام علیکم',
    thanks: 'شکریہ|بہت شکریہ|آپ کا شکریہ',
    about:
      'آپ کون ہیں|تم کون ہو|آپ کیا ہیں|آپ کیا کر سکتے ہیں|تم کیا کر سکتے ہو|آپ کا نام کیا ہے|تمہارا نام کیا ہے|' +
      'کیا آپ انسان ہیں|کیا آپ ایک انسان ہیں|کیا آپ روبوٹ ہیں|کیا آپ بوٹ ہیں|کیا آپ میری مدد کر سکتے ہیں|' +
      'میری مدد کریں|مدد چاہیے|میں کیا پوچھ سکتا ہوں|میں کیا پوچھ سکتی ہوں',
    greeting: 'السلام علیکم! آپ کیا جاننا چاہیں گے؟',
    welcome: 'خوش آمدید! جب چاہیں مزید پوچھیں۔',
    introduction:
      'میں {name} ہوں، ایک خودکار معاون، انسان نہیں۔ میں دی گئی دستاویزات سے جواب دیتا ہوں اور بتاتا ہوں کہ ہر ' +
      'جواب کہاں سے آیا ہے۔',
    notFound:
      'دستاویزات میں اس بارے میں کچھ نہیں ملا، اور میں اندازہ نہیں لگانا چاہتا۔ دوسرے الفاظ آزمائیں، یا فیچر یا صفحے کا نام بتائیں۔',
    inEnglish: 'دستاویزات انگریزی میں ہیں: انگریزی میں پوچھنے سے زیادہ ملے گا۔',
  },
  {
    tag: 'he',
    hello: 'שלום|היי|בוקר טוב|ערב טוב|צהריים טובים',
    thanks: 'תודה|תודה רבה|המון תודה',
    about:
      'מי אתה|מי את|מי אתם|מה אתה|מה אתה יכול לעשות|מה את יכולה לעשות|מה אתה יודע לעשות|איך קוראים לך|' +
      'מה השם שלך|מה שמך|אתה בן אדם|האם אתה בן אדם|אתה אדם|אתה אדם אמיתי|אתה רובוט|האם אתה רובוט|אתה בוט|' +
      'האם אתה בוט|אתה בינה מלאכותית|אתה chatgpt|אתה יכול לעזור לי|תוכל לעזור לי|איך אתה יכול לעזור|עזרה|' +
      'עזור לי|צריך עזרה|מה אפשר לשאול|מה אני יכול לשאול|אני מדבר עם בן אדם',
    greeting: 'שלום! מה תרצו לדעת?',
    welcome: 'בשמחה! אפשר לשאול תמיד אם רוצים לדעת עוד.',
    introduction:
      'אני {name}, מענה אוטומטי ולא אדם. התשובות שלי לקוחות מהמסמכים שנמסרו לי, ולכל תשובה מצוין המקור שלה.',
    notFound: 'לא מצאתי על כך דבר בתיעוד, ואיני רוצה לנחש. נסו מילים אחרות, או ציינו את התכונה או העמוד שאליו הכוונה.',
    inEnglish: 'התיעוד באנגלית: שאלה באנגלית תמצא יותר.',
  },
  {
    tag: 'hi',
    hello: 'नमस्ते|नमस्कार|हैलो|हाय|सुप्रभात',
    thanks: 'धन्यवाद|शुक्रिया|बहुत धन्यवाद|बहुत बहुत धन्यवाद',
    about:
      'आप कौन हैं|तुम कौन हो|आप क्या हैं|आप क्या कर सकते हैं|तुम क्या कर सकते हो|आपका नाम क्या है|' +
      'तुम्हारा नाम क्या है|क्या आप इंसान हैं|क्या आप एक इंसान हैं|क्या आप मनुष्य हैं|क्या आप रोबोट हैं|' +
      'क्या आप बॉट हैं|क्या आप एआई हैं|क्या आप मेरी मदद कर सकते हैं|मेरी मदद करें|मदद|मदद चाहिए|' +
      'मैं क्या पूछ सकता हूँ|मैं क्या पूछ सकती हूँ|मैं क्या पूछ सकता हूं',
    greeting: 'नमस्ते! आप क्या जानना चाहेंगे?',
    welcome: 'आपका स्वागत है! और कुछ जानना हो तो पूछें।',
    introduction:
      'मैं {name} हूँ, एक स्वचालित सहायक, कोई इंसान नहीं। मैं दिए गए दस्तावेज़ों से उत्तर देता हूँ और बताता ' +
      'हूँ कि हर उत्तर कहाँ से आया है।',
    notFound:
      'मुझे दस्तावेज़ों में इस बारे में कुछ नहीं मिला, और मैं अनुमान नहीं लगाना चाहता। दूसरे शब्द आज़माएँ, या उस सुविधा या पृष्ठ का नाम बताएँ।',
    inEnglish: 'दस्तावेज़ अंग्रेज़ी में हैं: अंग्रेज़ी में पूछने पर अधिक मिलेगा।',
  },
  {
    tag: 'th',
    hello: 'สวัสดี|สวัสดีครับ|สวัสดีค่ะ|หวัดดี',
    thanks: 'ขอบคุณ|ขอบคุณครับ|ขอบคุณค่ะ|ขอบคุณมาก|ขอบคุณมากครับ|ขอบคุณมากค่ะ',
    about:
      'คุณเป็นใคร|คุณคือใคร|คุณคืออะไร|คุณทำอะไรได้บ้าง|ทำอะไรได้บ้าง|คุณชื่ออะไร|คุณเป็นคนหรือเปล่า|' +
      'คุณเป็นคนจริงไหม|คุณเป็นหุ่นยนต์หรือเปล่า|คุณเป็นบอทหรือเปล่า|คุณเป็นบอทไหม|คุณเป็นเอไอหรือเปล่า|' +
      'ช่วยฉันได้ไหม|ช่วยอะไรได้บ้าง|คุณช่วยอะไรได้บ้าง|ช่วยด้วย|ขอความช่วยเหลือ|ถามอะไรได้บ้าง',
    greeting: 'สวัสดี! คุณอยากทราบเรื่องอะไร',
    welcome: 'ด้วยความยินดี! ถามได้เสมอเมื่ออยากทราบเพิ่มเติม',
    introduction: '{name} เป็นผู้ช่วยอัตโนมัติ ไม่ใช่คน ตอบจากเอกสารที่ได้รับ และบอกว่าแต่ละคำตอบมาจากที่ใด',
    notFound: 'ไม่พบเรื่องนี้ในเอกสาร และไม่อยากเดา ลองใช้คำอื่น หรือระบุชื่อฟีเจอร์หรือหน้าที่ต้องการ',
    inEnglish: 'เอกสารเป็นภาษาอังกฤษ: ถามเป็นภาษาอังกฤษจะพบมากกว่า',
  },
  {
    tag: 'ja',
    hello: 'こんにちは|こんばんは|おはよう|おはようございます|はじめまして|もしもし',
    thanks: 'ありがとう|ありがとうございます|ありがとうございました|どうも|どうもありがとう|どうもありがとうございます',
    about:
      'あなたは誰|あなたは誰ですか|あなたはだれですか|あなたは何ですか|誰ですか|だれですか|何ができますか|なにができますか|何ができるの|あなたは何ができますか|名前は|お名前は|お名前は何ですか|' +
      'あなたの名前は何ですか|人間ですか|あなたは人間ですか|ロボットですか|あなたはロボットですか|ボットですか|あなたはボットですか|aiですか|あなたはaiですか|chatgptですか|助けて|' +
      '助けてください|ヘルプ|手伝ってください|何を聞けますか|何が聞けますか|何を質問できますか',
    greeting: 'こんにちは。何をお調べしましょうか。',
    welcome: 'どういたしまして。ほかにもあれば、いつでもお尋ねください。',
    introduction:
      '{name}と申します。人ではなく、自動応答のアシスタントです。登録された文書をもとにお答えし、それぞれの回答の出典をお示しします。',
    notFound:
      'ドキュメントにはこれについての記述が見つかりませんでした。推測でお答えすることは控えます。別の言葉で、または機能やページの名前でお試しください。',
    inEnglish: 'ドキュメントは英語です。英語で質問すると見つかりやすくなります。',
  },
  {
    tag: 'ko',
    hello: '안녕|안녕하세요|안녕하십니까|반갑습니다',
    thanks: '감사합니다|고마워요|고맙습니다|고마워|정말 감사합니다',
    about:
      '누구세요|누구야|넌 누구야|너는 누구야|당신은 누구입니까|당신은 누구인가요|당신은 누구예요|뭐 할 수 있어|무엇을 할 수 있나요|무엇을 할 수 있습니까|뭘 할 수 있나요|' +
      '뭘 할 수 있어요|이름이 뭐예요|이름이 뭐야|이름이 무엇인가요|사람인가요|사람이에요|사람입니까|로봇인가요|로봇이에요|봇인가요|챗봇인가요|ai인가요|챗gpt인가요|도와줘|도와주세요|도움말|' +
      '도와줄 수 있나요|무엇을 물어볼 수 있나요|뭘 물어볼 수 있나요',
    greeting: '안녕하세요! 무엇을 알고 싶으신가요?',
    welcome: '천만에요! 더 궁금한 점이 있으면 언제든지 물어보세요.',
    introduction:
      '저는 {name}입니다. 사람이 아니라 자동으로 답하는 도우미입니다. 등록된 문서를 바탕으로 답하며, 각 답변의 출처를 보여 드립니다.',
    notFound:
      '문서에서 이에 대한 내용을 찾지 못했고, 추측하지는 않겠습니다. 다른 말로 묻거나 기능이나 페이지 이름을 말씀해 주세요.',
    inEnglish: '문서는 영어로 되어 있습니다. 영어로 질문하면 더 많이 찾을 수 있습니다.',
  },
  {
    tag: 'zh-Hans',
    hello: '你好|您好|嗨|早上好|下午好|晚上好|大家好',
    thanks: '谢谢|多谢|非常感谢|谢谢你|谢谢您|感谢',
    about:
      '你是谁|您是谁|你是什么|你能做什么|您能做什么|你可以做什么|你会做什么|你会什么|你叫什么|你叫什么名字|您叫什么名字|你是人吗|你是真人吗|您是真人吗|你是机器人吗|你是人工智能吗|你是ai吗|' +
      '你是chatgpt吗|你能帮我吗|可以帮我吗|你能帮我什么|帮助|帮帮我|我可以问什么|能问什么|可以问什么',
    greeting: '您好！您想了解什么？',
    welcome: '不客气！想了解更多时随时提问。',
    introduction: '我是{name}，一个自动助手，不是真人。我根据提供给我的文档回答，并注明每个回答的出处。',
    notFound: '文档中没有找到与此相关的内容，我不想随意猜测。请换个说法，或说出您指的功能或页面。',
    inEnglish: '文档是英文的：用英文提问能找到更多内容。',
  },
  {
    tag: 'zh-Hant',
    hello: '哈囉|早安|午安|晚安',
    thanks: '謝謝|多謝|非常感謝|謝謝你|謝謝您|感謝',
    about:
      '你是誰|您是誰|你是什麼|你能做什麼|您能做什麼|你可以做什麼|你會做什麼|你會什麼|你叫什麼|你叫什麼名字|您叫什麼名字|你是人嗎|你是真人嗎|您是真人嗎|你是機器人嗎|你是人工智慧嗎|你是ai嗎|' +
      '你是chatgpt嗎|你能幫我嗎|可以幫我嗎|你能幫我什麼|幫助|幫幫我|我可以問什麼|能問什麼|可以問什麼',
    greeting: '您好！您想了解什麼？',
    welcome: '不客氣！想了解更多時歡迎隨時提問。',
    introduction: '我是{name}，一個自動助理，不是真人。我根據提供給我的文件回答，並註明每個回答的出處。',
    notFound: '文件中找不到與此相關的內容，我不想隨意猜測。請換個說法，或說出您指的功能或頁面。',
    inEnglish: '文件是英文的：用英文提問能找到更多內容。',
  },
];
