/**
 * What the tokenizer knows about English: words that carry no subject, and forms a suffix stemmer cannot join. Both
 * are applied when indexing and when asking, so they can never disagree.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Function words and the forms of be, have, do. Also the commonest particles of Japanese and Chinese. */
export const STOP_WORDS: ReadonlySet<string> = new Set([
  ...words(`
    a an the and or but nor so yet if then else than as at by for from in into of off on onto out over to under up upon
    with within without about above across after against along among around before behind below beneath beside between
    beyond during except per since through throughout till toward towards until via
    i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
    herself it its itself they them their theirs themselves one's
    this that these those here there where when why how what which who whom whose
    am is are was were be been being have has had having do does did doing done
    can could shall should will would may might must ought
    not no yes only just also too very such same other another any some each every both all either neither
    again once more most less least much many few own
    don't doesn't didn't isn't aren't wasn't weren't can't cannot couldn't won't wouldn't shouldn't haven't hasn't hadn't
    i'm i've i'll i'd you're you've you'll we're we've we'll they're they've it's that's there's what's who's where's how's let's
    etc eg ie
  `),
  ...words(
    'の は を が に で と も へ や か な です ます した する ある いる こと 的 了 是 在 吗 呢 吧 和 与 及 就 都 也',
  ),
]);

const FORMS = `
  begin began begun; break broke broken; bring brought; build built; buy bought; catch caught; choose chose chosen;
  come came; cut cutting; deal dealt; draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten;
  fall fell fallen; feed fed; feel felt; fight fought; find found; fly flew flown; forbid forbade forbidden;
  forget forgot forgotten; freeze froze frozen; get got gotten; give gave given; go went gone; grow grew grown;
  hang hung; hear heard; hide hid hidden; hold held; keep kept; know knew known; lay laid; lead led; leave left;
  lend lent; lose lost; make made; mean meant; meet met; pay paid; ride rode ridden; ring rang rung; rise rose risen;
  run ran; say said; see saw seen; seek sought; sell sold; send sent; shake shook shaken; shine shone; shoot shot;
  show shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit sat; sleep slept; speak spoke spoken;
  spend spent; stand stood; steal stole stolen; strike struck; swear swore sworn; swim swam swum; take took taken;
  teach taught; tear tore torn; tell told; think thought; throw threw thrown; understand understood; wake woke woken;
  wear wore worn; win won; wind wound; write wrote written; die dying died death; lie lying; bear borne born birth;
  man men; woman women; child children; foot feet; tooth teeth; mouse mice; person people; life lives; wife wives;
  half halves; leaf leaves; index indices indexes; matrix matrices; vertex vertices; datum data; medium media;
  analysis analyses; crisis crises; criterion criteria; phenomenon phenomena; good better best; bad worse worst;
  one 1 first; two 2 second twice; three 3 third; four 4 fourth; five 5 fifth; six 6 sixth; seven 7 seventh; eight 8 eighth; nine 9 ninth;
  ten 10 tenth; eleven 11; twelve 12 twelfth; twenty 20 twentieth; hundred 100; thousand 1000;
  long length; high height; wide width; deep depth; strong strength; old age; true truth; grow growth; choose choice;
  believe belief; prove proof; lose loss; sell sale; sit seat; fly flight; weigh weight; speak speech; think thought;
  succeed success; advise advice; defend defense defence; colour color; centre center; behaviour behavior;
  authorise authorize; customise customize; organise organize; licence license; favourite favorite; catalogue catalog;
  france french; england english; spain spanish; germany german; poland polish; greece greek; switzerland swiss;
  netherlands dutch; denmark danish; sweden swedish; turkey turkish; ireland irish; scotland scottish; wales welsh;
  norway norwegian; portugal portuguese; finland finnish
`;

/** Inflected form → base form, for verbs, plurals, numbers and nations whose forms share no stem. */
export const IRREGULAR_FORMS: ReadonlyMap<string, string> = new Map(
  FORMS.split(';')
    .map(words)
    .filter(([base]) => base !== undefined && base !== '')
    .flatMap(([base, ...forms]) => forms.map((form) => [form, base!] as const)),
);
