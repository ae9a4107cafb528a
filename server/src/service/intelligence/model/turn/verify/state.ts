/** Ways to say one state. A sentence that says one must rest on a fact that says it. */
const states: readonly (readonly [name: string, words: RegExp])[] = [
  ['firing', /\bfir(?:ing|es?)\b/gi],
  [
    'pending',
    /\bpending\b(?! (?:\w+ )?(?:approval|review|confirmation))|unschedul|(?:not|never|cannot be) (?:be )?scheduled/gi,
  ],
  ['out of memory', /oom|out[- ]of[- ]memory/gi],
  ['crash loop', /crash ?loop|\bcrash(?:es|ed|ing)?\b/gi],
  [
    'image pull',
    /image ?pull|cannot be pulled|(?:pull\w*|image) .{0,80}not found|errimage|pull\w* .{0,40}image/gi,
  ],
  ['not ready', /not[- ]?ready|\bunready\b/gi],
  ['offline', /\boffline\b|unreachable|\bnot (?:be )?(?:answer|reach|respond)\w*/gi],
  ['degraded', /\bdegrad\w+/gi],
  ['silenced', /\bsilenc\w+|\bmuted?\b/gi],
  ['resolved', /\bresolved\b|\brecovered\b/gi],
  ['acknowledged', /\backnowledg\w+/gi],
  ['evicted', /\bevict\w+/gi],
  ['throttled', /\bthrottl\w+/gi],
  ['free running', /free-?run\w*/gi],
  ['holdover', /\bholdover\b/gi],
  ['terminating', /\bterminat\w+/gi],
  ['cordoned', /\bcordon\w*/gi],
  ['pressure', /(?:disk|memory|pid) ?pressure/gi],
  ['exhausted', /\bexhaust\w+|used up|\bran out\b/gi],
  ['saturated', /\bsaturat\w+/gi],
  ['refused', /\brefus\w+/gi],
  ['critical', /\bcritical\b/gi],
  ['expired', /\bexpir\w+/gi],
  ['scaled', /\bscaled\b/gi],
  ['rolled back', /\broll(?:ed|ing)?[- ]?back\b|\breverted\b/gi],
  ['deleted', /\bdeleted\b/gi],
  ['leak', /\bleak\w*/gi],
  [
    'over',
    /\b(?:is|are|was|were|been) (?:now |already |all )?(?:over|gone|solved|fixed|done|cleared)\b|\bended\b|\bfinished\b/gi,
  ],
  ['overloaded', /\boverload\w*/gi],
  ['misconfigured', /\bmisconfigur\w*/gi],
  ['hanging', /\bhung\b|\bhangs?\b|\bfrozen\b|\bfroze\b/gi],
  ['flapping', /\bflap\w*/gi],
  ['blocked', /\bblocked\b/gi],
  ['lost', /\blost\b/gi],
  ['deadlock', /\bdeadlock\w*/gi],
  [
    'attack',
    /\battack\w*|\bbreach\w*|\bcompromis\w+|\bhack\w*|\bmalicious\b|\bintru\w+|\bstolen\b|\bmalware\b|\bransom\w*/gi,
  ],
  ['data loss', /\bdata ?loss\b|\bdata\b.{0,24}\blost\b|\blost\b.{0,24}\bdata\b|\bcorrupt\w*/gi],
]

/** States that are said of something, and those of which it is said that they are not. */
export function statesIn(text: string): { said: Set<string>; denied: Set<string> } {
  const said = new Set<string>()
  const denied = new Set<string>()
  for (const [name, words] of states) {
    for (const match of text.matchAll(words)) (isDenied(text, match.index) ? denied : said).add(name)
  }
  return { said, denied }
}

const wellWords =
  /\b(?:healthy|fine|ok|okay|normal(?:ly)?|recovered|resolved|operational|online|fully (?:up|ready)|up and running|as usual|succeed\w*|unaffected|stable|steady|as expected|works|working|all good|nothing to worry|no need to worry|no (?:\w+ )?(?:errors?|failures?|alerts?)|in order|nothing (?:is |was |looks )?(?:wrong|broken|failing)|no (?:known |open |other |further )?(?:problem|issue|trouble|incident|anomal\w+|fault|outage)s?|without (?:problem|issue|trouble|incident|fault)s?)\b/gi
const illWords =
  /\b(?:unhealthy|fail(?:s|ing|ed|ure|ures)?|broken|degraded|crash\w*|not[- ]?ready|unready|offline|unreachable|outage|in trouble|unavailable|(?:is|are|was|were|went|goes|has been) down|stuck|oomkilled)\b/gi

/** Whether a text says that something is well, or that it is not. "not failing" is well, "not healthy" is ill. */
export function judgementIn(text: string): { well: boolean; ill: boolean } {
  let well = false
  let ill = false
  for (const match of text.matchAll(wellWords)) {
    if (isDenied(text, match.index)) ill = true
    else well = true
  }
  for (const match of text.matchAll(illWords)) {
    if (isDenied(text, match.index)) well = true
    else ill = true
  }
  return { well, ill }
}

const riseWords =
  /\b(?:rise[sn]?|rose|rising|grew|grow(?:s|n|ing)?|climb\w*|increas\w+|jump(?:s|ed|ing)?|surg\w+|spik\w+|went up|goes up|higher|doubled|tripled)\b/gi
const fallWords =
  /\b(?:fell|fall(?:s|en|ing)?|drop(?:s|ped|ping)?|decreas\w+|declin\w+|shr[aiu]nk\w*|went down|goes down|lower|halved|dipped)\b/gi

/** Whether a text says that something went up or down. */
export const courseIn = (text: string): { up: boolean; down: boolean } => ({
  up: [...text.matchAll(riseWords)].some(({ index }) => !isDenied(text, index)),
  down: [...text.matchAll(fallWords)].some(({ index }) => !isDenied(text, index)),
})

/** Negated within the four words before it, in the same clause. */
function isDenied(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 48), at)
  const clause = before.slice(
    Math.max(before.lastIndexOf(','), before.lastIndexOf(';'), before.lastIndexOf('.')) + 1,
  )
  return /(?:\b(?:not|never|no|without|none|neither|nor|isn|aren|wasn|weren|hasn|doesn|don|didn|cannot|no longer|stopped)\b|n['’]t)(?:['’]t)?(?:\s+\w+){0,3}\s+$/i.test(
    clause,
  )
}
