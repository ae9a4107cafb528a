import { conceptTable } from './concept-table.ts'
import { measureWords, metricWords } from './metric-word.ts'
import { functionWords, ordinaryWords } from './ordinary-word.ts'

const irregular = new Map(
  Object.entries({
    be: 'am is are was were been being r',
    have: 'has had having',
    do: 'does did done doing',
    go: 'goes went gone goin',
    break: 'broke',
    begin: 'began begun beginning',
    grow: 'grew grown',
    fall: 'fell fallen',
    rise: 'rose risen',
    get: 'got gotten getting',
    run: 'ran running',
    say: 'said says',
    tell: 'told',
    see: 'saw seen',
    know: 'knew known',
    take: 'took taken taking',
    make: 'made making',
    come: 'came coming',
    give: 'gave given giving gimme',
    keep: 'kept',
    hold: 'held',
    feel: 'felt',
    find: 'found',
    blow: 'blew blown',
    sink: 'sank sunk',
    fly: 'flew flown',
    bite: 'bitten',
    catch: 'caught',
    bring: 'brought',
    sleep: 'slept',
    feed: 'fed',
    tear: 'tore torn',
    shake: 'shook shaken',
    swell: 'swollen',
    forget: 'forgot forgotten',
    think: 'thought',
    throw: 'threw thrown',
    write: 'wrote written writing',
    eat: 'ate eaten',
    die: 'dying died dies',
    lie: 'lying',
    spend: 'spent',
    lead: 'led',
    send: 'sent',
    build: 'built',
    draw: 'drew drawn',
    drive: 'drove driven driving',
    choose: 'chose chosen',
    use: 'using used uses',
    wake: 'woke woken waking',
    become: 'became',
    speak: 'spoke spoken',
    freeze: 'froze',
    child: 'children',
    person: 'persons',
    I: 'i me we us my our',
    many: 'mny',
    please: 'pls plz pleas',
    you: 'u ya',
    with: 'w',
    about: 'abt',
    because: 'bc cuz',
    what: 'wat wht wut',
    show: 'shown showed',
    catalogue: 'catalog catalogs catalogues',
    error: 'err errs errors',
    dependency: 'dependencies deps dep',
    anomaly: 'anomalies',
    oom: 'ooms oomed',
    silence: 'silenced silencing',
    recover: 'recovered recovering',
    analyse: 'analyze analyzed analyzing analysing',
    summarise: 'summarize summarized',
    kubernetes: 'kube',
    which: 'wich whcih whihc',
    the: 'teh hte',
    pod: 'pdo pdos podz',
    log: 'logz lgos logz lgs',
    certificate: 'cert certs',
    connection: 'conn conns',
    request: 'req reqs',
    hide: 'hid hidden',
    stand: 'stood',
    sit: 'sat sitting',
    shut: 'shutting',
    spit: 'spat spitting',
    put: 'putting',
    stop: 'stopped stopping',
    lean: 'leant leaning',
    ring: 'rang rung',
    notify: 'notified notifies',
  }).flatMap(([base, forms]) => forms.split(' ').map((form) => [form, base] as const)),
)

/** What plural-looking words are not. */
const uncut = new Set(
  'always dns https this its as gas aws os ns ps less status series news bus us plus thus yes does kubernetes various previous serious obvious famous dangerous harmless perhaps sometimes towards afterwards besides across access process address pass press express class cross loss mess miss dress boss grass glass guess unless business analysis basis lens chaos nos gps tls sts ds rps qps iops tps'.split(
    ' ',
  ),
)

/** Words that stand alone in a table. Those of phrases do not count: `metal` alone can be a name. */
const tableWords: ReadonlySet<string> = new Set(
  [...Object.values(conceptTable), ...Object.values(metricWords), measureWords]
    .flatMap((list) => list.split(',').map((entry) => entry.trim().toLowerCase()))
    .filter((entry) => !entry.includes(' ')),
)

/** Does the word, as it is written here, belong to the language that questions are asked in? */
export const isKnownForm = (word: string): boolean => ordinaryWords.has(word) || tableWords.has(word)

const phraseWords: ReadonlySet<string> = new Set(
  [...Object.values(conceptTable), ...Object.values(metricWords)].flatMap((list) =>
    list.toLowerCase().split(/[,\s-]+/),
  ),
)

/** A word that stands in a phrase of the tables: no slip, and by itself no unknown name. */
export const isPhraseWord = (word: string): boolean => phraseWords.has(word)

const phrasePairs: ReadonlySet<string> = new Set(
  [...Object.values(conceptTable), ...Object.values(metricWords)].flatMap((list) =>
    list.split(',').flatMap((entry) => {
      const words = entry
        .trim()
        .toLowerCase()
        .split(/[\s-]+/)
      return words.slice(1).map((word, at) => `${words[at]} ${word}`)
    }),
  ),
)

/** Two words that say one thing together: the "card" of a "graphics card" is no name. */
export const isPhrasePair = (first: string, second: string): boolean => phrasePairs.has(`${first} ${second}`)

/** A word that questions of operations are made of, rather than one of everyday English. */
export const isTableWord = (word: string): boolean => tableWords.has(word)

const folded = new Map<string, string>()
const foldedMax = 20_000

/** Folds plural and tense into one form, only where the result is a word that is known; `word` is in lower case. */
export function lemma(word: string): string {
  const known = folded.get(word)
  if (known !== undefined) return known
  const found = fold(word)
  // Words come from people: bounded, and short ones only.
  if (folded.size < foldedMax && word.length < 24) folded.set(word, found)
  return found
}

function fold(word: string): string {
  const special = irregular.get(word)
  if (special !== undefined) return special
  if (word.length < 4 || uncut.has(word) || functionWords.has(word)) return word
  // "thing" is no form of "the".
  for (const base of bases(word))
    if (base.length > 1 && isKnownForm(base) && !functionWords.has(base)) return irregular.get(base) ?? base
  return word
}

/** Likely base forms, the likeliest first. */
function bases(word: string): string[] {
  if (word.endsWith('ies')) return [`${word.slice(0, -3)}y`, word.slice(0, -1)]
  if (/(?:ss|x|ch|sh|z)es$/.test(word)) return [word.slice(0, -2), word.slice(0, -1)]
  if (/[^su]s$/.test(word)) return [word.slice(0, -1)]
  if (word.endsWith('ied')) return [`${word.slice(0, -3)}y`]
  const tense = /^(.{2,}?)(?:ing|in'|ed)$/.exec(word)
  if (tense === null) return []
  const stem = tense[1]!
  const doubled = /([bdfgklmnprtvz])\1$/.test(stem)
  return doubled ? [stem.slice(0, -1), stem] : [stem, `${stem}e`]
}

const contractions = new Map(
  Object.entries({
    "what's": 'what is',
    whats: 'what is',
    wats: 'what is',
    "who's": 'who is',
    whos: 'who is',
    "how's": 'how is',
    hows: 'how is',
    "where's": 'where is',
    wheres: 'where is',
    "when's": 'when is',
    "why's": 'why is',
    whys: 'why is',
    "that's": 'that is',
    thats: 'that is',
    "it's": 'it is',
    "there's": 'there is',
    theres: 'there is',
    "here's": 'here is',
    "let's": 'let us',
    "i'm": 'i am',
    im: 'i am',
    "i'd": 'i would',
    "i've": 'i have',
    "i'll": 'i will',
    "we're": 'we are',
    "we've": 'we have',
    "we'd": 'we would',
    "they're": 'they are',
    "you're": 'you are',
    youre: 'you are',
    "can't": 'can not',
    cant: 'can not',
    cannot: 'can not',
    "won't": 'will not',
    wont: 'will not',
    "shan't": 'shall not',
    gonna: 'going to',
    wanna: 'want to',
    gotta: 'have to',
    gimme: 'give me',
    lemme: 'let me',
    wtf: 'wtf',
    y: 'why',
    atm: 'at the moment',
    rn: 'right now',
    asap: 'now',
    dunno: 'do not know',
  }).map(([short, long]) => [short, long.split(' ')] as const),
)

/** The words that a contraction stands for; undefined where it is none. */
export function expand(word: string): readonly string[] | undefined {
  const known = contractions.get(word)
  if (known !== undefined) return known
  const negated = /^(do|does|did|is|are|was|were|has|have|had|should|would|could|must|need|ai)n'?t$/.exec(
    word,
  )
  if (negated !== null && word !== 'aint') return [negated[1]!, 'not']
  return undefined
}
