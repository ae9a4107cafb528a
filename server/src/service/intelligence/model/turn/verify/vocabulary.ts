import { lemma } from '../../../question/lemma.ts'
import { functionWords, ordinaryWords } from '../../../question/ordinary-word.ts'
import { technicalWords } from '../technical-word.ts'

/** What prose about systems is written with besides: words of reasoning, and of time and quantity. */
const prose = new Set(
  `accordingly additionally affecting although amid approximately apparently beginning behind besides briefly broadly
  clearly compared comparing comprise concurrent consistent consistently correlate correlated correlation corresponding currently deviate deviation despite directly downstream upstream
  elevated elsewhere entirely evenly exceed exceeded exceeding exhaust exhausted exhaustion finally firstly furthermore given gradually hence however importantly including indicates initially
  jumped largely latter lies likewise mainly meanwhile moreover mostly namely nearly nevertheless nonetheless notably noted otherwise overall partially particularly persists points precede preceded preceding presumably
  previous previously primarily promptly rapidly recently regarding relative relatively remains remaining reportedly respectively roughly secondly separately sharply shortly sharp significantly similarly simultaneously slightly specifically
  spike spiked steadily stems strongly subsequent subsequently sudden suddenly suggests surge surged therefore thereby throughout thus total totalling totals trailing trails typically underlying unrelated whereas whereby worsen worsened worth
  ago am around besides bottleneck breakdown caveat citation collectively comparatively condition contributor coincide coincides coincided consequence culprit dropped dropping driven evidence evident extent finding findings headline illustrates implicated impacted impacting indicate
  isolated linked matching narrow narrowed noting observe observed observation onset originate originates origin peaked plausible pinpoint primary propagate propagated propagates prior reasonably recorded recurring regression reflect reflects resembles root
  secondary snapshot spread spreads span spans suspected sustained sustain tied timeline timing unchanged unclear unconfirmed unknown unlikely whichever via worst yet climbed climbing climb doubled halved tripled fluctuate fluctuates hover hovers persist plateau
  approve approval approvals await awaits awaiting contrast note notes incomplete likeliest likelier earliest missing serious minor partial limited visible rapid steep gradual abrupt moderate modest slight heavy intense severe notable remarkable significant substantial considerable typical unusual expected recent former latter following
  affects appears believed brings comes confirm confirms corresponds describes detail displays emerged ended experience experiences experienced extends fluctuating gains gone holds implies include includes involves involving keeps kept leaves made makes mention mentions moved occur occurs occurred offers opens places play plays point pointing pushes puts raised reached reaches reports returned reveals saw seen serves sits spent stand stands stayed stays stopped struggles struggling suffers suffering supports takes turned used using warns won
  cannot diagnosis left judge far tail third thirds met tolerate tolerates detector indicator cloud exporter exporters opencost forecasts alongside altogether beneath concurrently conversely aside instead itself regardless solely together unlike within yet mid per approx roughly shortfall headroom uptime downtime workaround severity responsiveness
  propose deny policy estimate choice cheap dear budget saving payback merge reject revert repository engine emergency limits`.split(
    /\s+/,
  ),
)

/** Words that a service could well be called: not taken for ordinary ones where a service is named. */
export const nameableNouns: ReadonlySet<string> = new Set(
  `account accounts search product products payment payments order orders user users message messages mail email image images report reports review reviews price prices pricing
  store stock delivery customer customers recommendation recommendations notification notifications profile profiles catalogue catalog inventory shipping checkout cart billing invoice
  gateway frontend backend auth login session sessions booking ticket tickets media video events tracking analytics warehouse ledger wallet identity`.split(
    /\s+/,
  ),
)

/** Made of an ordinary word by an ending of English: such a word is no name of a system. */
const endings =
  /(?:ly|tions?|sions?|ments?|ness|ing|ed|ity|ities|ous|ive|able|ible|ance|ence|ful|less|ised|ized|ises|izes|ically)$/

/** A word that says nothing about which system is meant. */
export function isOrdinary(word: string): boolean {
  const lower = word
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/n't$|'(?:s|re|ve|ll|d|m)$/, '')
  if (lower.length < 2) return true
  if (known(lower) || known(lemma(lower)) || contractions.has(lower)) return true
  return lower.length >= 7 && endings.test(lower)
}

const contractions = new Set([
  'does',
  'is',
  'are',
  'wo',
  'ca',
  'has',
  'did',
  'was',
  'were',
  'could',
  'should',
  'would',
  'do',
  'had',
  'have',
])
function known(word: string): boolean {
  if (functionWords.has(word) || ordinaryWords.has(word) || technicalWords.has(word) || prose.has(word))
    return true
  // Plurals and tenses that the folding of questions does not know.
  for (const [ending, instead] of stems) {
    if (word.length <= ending.length + 2 || !word.endsWith(ending)) continue
    const stem = word.slice(0, -ending.length) + instead
    if (functionWords.has(stem) || ordinaryWords.has(stem) || technicalWords.has(stem) || prose.has(stem))
      return true
  }
  return false
}
const stems: readonly (readonly [string, string])[] = [
  ['ies', 'y'],
  ['es', ''],
  ['s', ''],
  ['ed', ''],
  ['d', ''],
  ['ing', ''],
  ['ing', 'e'],
  ['er', ''],
  ['er', 'e'],
  ['est', ''],
]
