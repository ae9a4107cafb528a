import type { Token } from './token.ts'

/** Verbs that change something, in the form in which they are told, and the action that is meant. */
const actions = new Map<string, string>(
  Object.entries({
    restart: 'restart reboot bounce recycle kick reload respawn',
    scale: 'scale upscale downscale autoscale resize',
    rollback: 'rollback revert undo downgrade',
    silence: 'silence mute snooze suppress inhibit unsilence unmute',
    acknowledge: 'acknowledge ack',
    delete: 'delete remove destroy erase wipe purge nuke drop',
    stop: 'stop kill terminate shutdown halt abort cancel pause suspend',
    start: 'start launch resume',
    drain: 'drain evacuate',
    cordon: 'cordon',
    uncordon: 'uncordon',
    evict: 'evict',
    deploy: 'deploy upgrade install apply promote release redeploy ship',
    patch: 'patch edit modify change set configure adjust',
    increase: 'increase raise bump double extend expand add',
    decrease: 'decrease lower reduce halve shrink',
    enable: 'enable',
    disable: 'disable deactivate block',
    run: 'run execute trigger invoke',
    reset: 'reset flush clear clean empty free',
    fix: 'fix repair remediate mitigate heal solve',
    resolve: 'resolve close',
    failover: 'failover',
    move: 'move migrate reschedule relocate',
    approve: 'approve reject merge',
    notify: 'page escalate notify assign',
  }).flatMap(([action, verbs]) => verbs.split(' ').map((verb) => [verb, action] as const)),
)

const polite = new Set(
  'somebody someone anybody anyone please pls plz can could would will you u ya go ahead just now i we want wanna need like to let us hey hi ok okay then also immediately quickly kindly must should asap and so do perform initiate try alright yes yeah sure good right again once more simply us help me gonna going mind may not have is it possible be'.split(
    ' ',
  ),
)
/** After these the verb is a noun, or the words are about it. */
const nounAfter = new Set(
  'of count counts loop loops rate policy reason reasons history is was are were happened did do has have in per on for from since over between within more than'.split(
    ' ',
  ),
)
const askWords = new Set(
  'how why when what which who whose where whether if does did was were has had'.split(' '),
)

/**
 * The action that somebody is told to do, undefined where nothing is asked for: "restart billing", "can you scale it to 5", "I want it rolled
 * back". Not "how do I restart", "should we restart", "restarts of billing".
 */
export function findAction(tokens: readonly Token[]): string | undefined {
  if (isPlan(tokens) || isWeighed(tokens) || isHeldAgainst(tokens)) return undefined
  let from = 0
  for (let at = 0; at <= tokens.length; at++) {
    const token = tokens[at]
    const isEnd =
      token === undefined ||
      token.type === 'MARK' ||
      (at > from && ['and', 'then', 'so', 'but'].includes(token.lower))
    if (!isEnd) continue
    const action = actionOf(tokens.slice(from, at))
    if (action !== undefined) return action
    from = at + 1
  }
  return undefined
}

const intends = new Set('want plan need would intend consider think thinking planning going'.split(' '))

/** "we want to take X down for maintenance, which service will notice?": what somebody is about to do is asked about. */
function isPlan(tokens: readonly Token[]): boolean {
  const first = tokens[0]?.lower ?? ''
  if (first !== 'i' && first !== 'we') return false
  if (!tokens.slice(1, 4).some((token) => intends.has(token.lower))) return false
  const end = tokens.findIndex((token) => token.type === 'MARK')
  const after = end < 0 ? [] : tokens.slice(end + 1)
  return after.some((token) => askWords.has(token.lower))
}

const weighs = new Set('safe safely risky risk dangerous danger harmless wise unwise'.split(' '))
const occasions = new Set('idea moment time'.split(' '))
const judged = new Set('good bad great right wrong best worst'.split(' '))

/** "is it safe to drain X", "can we deploy or is this a bad moment": whether it should be done is asked, nothing is told to be done. */
const isWeighed = (tokens: readonly Token[]): boolean =>
  tokens.some(
    ({ lower }, at) => weighs.has(lower) || (occasions.has(lower) && judged.has(tokens[at - 1]?.lower ?? '')),
  )

/** "set the load of X beside that of Y", "put them side by side": a comparison. */
const isHeldAgainst = (tokens: readonly Token[]): boolean =>
  ['set', 'put', 'lay', 'hold'].includes(tokens.find(({ lower }) => !polite.has(lower))?.lower ?? '') &&
  tokens.some(({ lower }, at) => lower === 'beside' || (lower === 'side' && tokens[at - 1]?.lower === 'by'))

function actionOf(clause: readonly Token[]): string | undefined {
  if (clause.length < 2 || isDoubt(clause)) return undefined
  let at = 0
  while (at < clause.length && isPolite(clause, at)) at += 1
  const verb = clause[at]
  if (verb === undefined) return undefined
  const after = clause[at + 1]
  const isAsked = clause.slice(0, at).some((token) => ['a', 'the'].includes(token.lower))
  if (verb.type === 'WORD' && after !== undefined) {
    const known = spoken(verb, after)
    const isSwitch = ['turn', 'switch'].includes(verb.lower) && ['on', 'off'].includes(after.lower)
    if (
      known !== undefined &&
      (isAsked || isSwitch || !nounAfter.has(after.lower)) &&
      !isMessage(verb, after)
    )
      return known
    const phrasal = phrased(verb, clause.slice(at + 1))
    if (phrasal !== undefined) return phrasal
  }
  return wanted(clause)
}

function isPolite(clause: readonly Token[], at: number): boolean {
  const token = clause[at]!
  // "do a rollback", "perform the restart"
  const isArticle = ['a', 'an', 'the'].includes(token.lower)
  if (isArticle)
    return ['do', 'perform', 'initiate', 'trigger', 'start'].includes(clause[at - 1]?.lower ?? '')
  return polite.has(token.lower)
}

function spoken(verb: Token, after: Token): string | undefined {
  if (
    (verb.lower === 'roll' || verb.lower === 'rolling') &&
    (after.lower === 'back' || verb.lower === 'roll')
  )
    return 'rollback'
  if (['turn', 'switch'].includes(verb.lower)) return after.lower === 'on' ? 'enable' : 'disable'
  if (verb.lower === 'take' && ['out', 'offline', 'down'].includes(after.lower)) return 'cordon'
  if (verb.lower === 'shut' && after.lower === 'down') return 'stop'
  if (verb.lower === 'create' && after.lower !== 'a') return undefined
  // "rebooting worker-3" is no order, "reboot" is.
  return actions.get(verb.lower)
}

const older = new Set('old older previous last earlier former prior original'.split(' '))
const instances = new Set('replica replicas pod pods instance instances copy copies'.split(' '))

/** A verb that says what is meant only with what follows: "get X back to the old version", "give X two more replicas", "shut X up". */
function phrased({ lower: verb }: Token, rest: readonly Token[]): string | undefined {
  const has = (...words: string[]) => rest.some((token) => words.includes(token.lower))
  if (['get', 'put', 'bring', 'switch', 'move', 'take', 'send', 'go', 'flip'].includes(verb)) {
    const isOlder =
      rest.some((token) => older.has(token.lower)) &&
      has('version', 'release', 'image', 'build', 'one', 'tag')
    if (has('back') && (isOlder || rest.some((token) => /^v?\d+\.\d/.test(token.lower)))) return 'rollback'
  }
  if (verb === 'take' && has('out', 'offline')) return 'cordon'
  // "give search 1Gi", "give it more memory"
  const isAmount = rest.some(
    (token) => /^\d+(?:\.\d+)?(?:[kmg]i?b?|cores?|cpus?)$/.test(token.lower) || token.type === 'MEASURE',
  )
  const isResource = has(
    'memory',
    'ram',
    'cpu',
    'cores',
    'gpu',
    'gpus',
    'space',
    'disk',
    'resources',
    'limit',
  )
  if (verb === 'give' && !['me', 'us'].includes(rest.at(0)?.lower ?? 'me') && (isAmount || isResource))
    return 'increase'
  const isMore = has('more', 'another', 'extra', 'additional', 'fewer', 'less')
  if (
    ['give', 'spin', 'add', 'get', 'make'].includes(verb) &&
    isMore &&
    rest.some(({ lower }) => instances.has(lower))
  )
    return 'scale'
  if (verb === 'shut' && rest.at(0)?.lower !== 'up' && has('up')) return 'silence'
  if (verb === 'shut' && rest.at(0)?.lower === 'up' && rest.length > 1) return 'silence'
  return (verb === 'make' || verb === 'keep') &&
    has('quiet', 'silent', 'stop') &&
    has('alert', 'alarm', 'alerts', 'pager')
    ? 'silence'
    : undefined
}

/** "update me on", "run me through", "set of", "clear?": the verb means something else here. */
const isMessage = (verb: Token, after: Token): boolean =>
  (['me', 'us', 'by', 'through', 'with', 'out'].includes(after.lower) && verb.lower !== 'page') ||
  (verb.lower === 'add' && ['to', 'up'].includes(after.lower)) ||
  // "free space", "clear picture", "open connections" are things, not orders.
  (['free', 'clear', 'empty', 'clean'].includes(verb.lower) &&
    !['up', 'the', 'some', 'a', 'my', 'our', 'out', 'it', 'that'].includes(after.lower) &&
    after.type === 'WORD') ||
  (verb.lower === 'change' && ['log', 'history', 'list'].includes(after.lower))

/** "should I …", "how do I …", "what if I …": somebody thinks about it. "you should" tells. */
function isDoubt(clause: readonly Token[]): boolean {
  const [first, second] = clause
  if (askWords.has(first!.lower)) return true
  if (
    ['should', 'shall', 'do', 'does', 'did', 'may'].includes(first!.lower) &&
    ['i', 'we', 'it', 'you', 'they'].includes(second!.lower)
  )
    return true
  return clause.slice(0, 4).some((token) => ['how', 'what', 'why', 'when', 'which'].includes(token.lower))
}

/** "I need billing restarted", "get it scaled up", "have the pods deleted". */
function wanted(clause: readonly Token[]): string | undefined {
  const isWish = clause.slice(0, 4).some((token) => ['need', 'want', 'get', 'like'].includes(token.lower))
  const hasSubject =
    clause[0]!.lower === 'get' || ['i', 'we', 'please', 'can', 'could'].includes(clause[0]!.lower)
  if (!isWish || !hasSubject) return undefined
  for (const token of clause.slice(1)) {
    if (token.type !== 'WORD') continue
    const base = /^(.*?)(?:ed|d|en)$/.exec(token.lower)?.[1]
    if (base === undefined) continue
    if (token.lower === 'rolled') return 'rollback'
    for (const form of [base, `${base}e`, base.slice(0, -1), `${base}t`]) {
      const action = form.length > 2 ? actions.get(form) : undefined
      if (action !== undefined) return action
    }
  }
  return undefined
}
