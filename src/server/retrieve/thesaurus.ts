import { stem } from './tokenize.ts';

/**
 * English words that people use for one another when they ask. One line is one meaning; a word may stand in several.
 * Everyday and support language, no subject's own vocabulary: a match by meaning counts less than a match by word
 * (`rank.ts`), so a loose line costs little.
 */
const GROUPS = `
  buy purchase acquire obtain order
  sell sale vendor retail
  price cost fee charge pricing rate expense tariff
  pay payment billing bill invoice
  refund reimburse reimbursement
  free gratis
  cheap inexpensive affordable
  expensive costly
  plan subscription tier package
  cancel cancellation terminate unsubscribe
  delete remove erase drop
  add insert append attach
  change modify edit update alter adjust revise amend
  create make build produce generate construct form
  establish found set start begin launch initiate originate introduce
  end finish stop conclude complete cease terminate expire
  install setup configure configuration
  enable activate allow permit
  disable deactivate block forbid prohibit ban prevent
  show display present render appear
  hide conceal
  open launch start
  close shut
  send deliver ship transmit dispatch delivery shipping
  receive get obtain
  return send back
  use utilize employ apply usage
  help support assist assistance aid
  error fail failure problem issue bug fault trouble
  fix repair solve resolve solution troubleshoot
  break damage broken
  slow latency delay
  fast quick rapid speed
  connect link join attach integrate integration
  separate split divide division
  sign login log authenticate authentication
  password credential passphrase
  account profile
  user customer client visitor member
  company firm business enterprise corporation organization
  person people individual human
  employee worker staff personnel
  boss manager leader head chief
  contact reach phone call email
  store shop save keep
  find locate search discover look
  location place site position area region located situated
  country nation state land
  city town municipality
  village settlement
  home house residence
  building structure construction
  road street route highway
  river stream
  sea ocean
  mountain hill peak
  war conflict battle fight combat
  attack assault invade invasion raid
  defend protect guard protection safety security secure
  soldier troop army military force
  weapon arm gun
  kill murder slay death die
  injure wound hurt casualty
  win victory defeat beat
  lose loss defeat
  destroy demolish ruin
  king monarch ruler emperor sovereign
  queen monarch
  govern rule control govern government administration
  law act statute legislation rule regulation
  court tribunal judge
  treaty agreement pact accord contract deal
  vote election elect ballot
  power authority control
  right permission privilege
  tax duty levy
  money currency cash fund finance capital
  rich wealthy
  poor poverty
  work job employment occupation career
  school university college institution
  teacher professor instructor
  student pupil
  teach educate education instruct train
  learn study
  science scientific
  book publication volume
  write author writer written
  publish release issue
  name call title term dub
  word term
  mean meaning definition define signify
  explain describe description
  example instance sample case
  kind type sort category class
  part component piece section portion element
  group set collection
  amount quantity number total sum
  size large scale dimension
  big large great huge
  small little tiny minor
  high tall height
  heavy weigh weight
  steal stolen theft thief
  length long duration
  wide width broad
  old age ancient
  new recent modern latest
  early first initial original
  late last final recent
  year annual yearly
  day daily
  month monthly
  time period era date duration
  century age era
  always constant
  often frequent frequently common usual typical
  rare uncommon seldom
  important significant main major key primary principal central chief essential
  famous well-known notable renowned prominent
  different differ distinct difference
  similar like alike resemble same
  equal same identical
  increase rise grow growth raise gain
  decrease reduce decline fall drop lower reduction
  improve better enhance improvement
  good best beneficial benefit advantage
  bad worse negative drawback disadvantage
  cause lead result reason produce
  effect result consequence impact influence outcome
  purpose goal aim objective intent
  reason why cause motive
  method way approach technique procedure process
  step stage phase
  need require requirement necessary must
  want wish desire
  choose select pick choice option selection
  try attempt effort
  happen occur take place event
  come arrive enter arrival
  go leave depart travel exit
  move migrate migration transfer relocate emigrate immigrate
  give provide supply offer grant
  take seize capture
  hold contain include comprise consist
  own possess belong property
  share distribute split
  meet encounter gather assemble meeting session
  speak talk language say tell
  think believe consider regard view opinion
  know understand knowledge aware
  see view watch observe
  religion faith church belief religious christian
  god divine deity
  child kid son daughter offspring
  parent father mother
  marry wife husband spouse marriage
  born birth native
  live reside inhabit life dwell
  population inhabitant resident people
  sick ill disease illness
  doctor physician medical medicine
  drug medication medicine
  food eat meal
  water liquid
  air atmosphere
  fire burn flame
  hot heat warm temperature
  cold cool
  light bright lamp
  dark black
  color shade hue
  picture image photo photograph
  film movie
  music song
  game play
  car vehicle automobile
  train rail railway
  plane aircraft airplane flight
  ship boat vessel
  machine device engine
  computer machine pc
  program software application app
  website site page web
  button control
  screen display monitor
  file document
  folder directory
  picture logo icon
  theme colour style appearance look
  size limit maximum quota
  limit maximum restrict restriction cap bound
  minimum least lowest
  default standard preset
  option setting preference parameter
  key token
  embed include insert paste
  language locale translation translate
  mobile phone smartphone
  browser chrome firefox safari
  iframe frame
  warranty guarantee
  insurance insure cover
  opening hours schedule
  discount coupon voucher promo
  holiday vacation
  hire recruit
  earn make income salary wage
  spend spending
  invent invention inventor develop
  discover discovery
  design designer
  test exam check verify validate
  rule principle
  idea concept notion theory
  measure measurement quantify
  calculate compute calculation
  prove proof demonstrate
  energy power
  strong strength powerful
  weak
  hard difficult challenging
  easy simple simplify
  accept agree approve
  refuse reject deny decline
  demand request ask
  answer reply respond response
  oppose resist against opposition
  support back favour endorse
  follow obey observe
  replace substitute swap
  convert transform turn change
  grow expand extend growth expansion
  spread distribute
  collapse fall fail
  escape flee
  settle settlement colony colonize
  origin source root originate derive
  descendant descend
  nature natural
  animal creature
  plant tree
  body organ
  cell
  earth world globe global
  european europe
  american america
  british britain uk english
  north northern
  south southern
  east eastern
  west western
  border boundary frontier
  capital
  near close nearby adjacent
  far distant distance
`;

/** Stem → stems of the words that may stand for it. */
const RELATED: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const related = new Map<string, Set<string>>();
  for (const line of GROUPS.split('\n')) {
    const stems = new Set(line.trim().split(/\s+/).filter(Boolean).map(stem));
    for (const word of stems) {
      const others = related.get(word) ?? new Set<string>();
      for (const other of stems) if (other !== word) others.add(other);
      if (others.size > 0) related.set(word, others);
    }
  }
  return related;
})();

const NONE: ReadonlySet<string> = new Set();

/** Terms that may stand for a term of a question; empty for most. */
export function relatedTerms(term: string): ReadonlySet<string> {
  return RELATED.get(term) ?? NONE;
}
