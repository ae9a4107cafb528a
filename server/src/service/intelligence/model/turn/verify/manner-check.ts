import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { lemma } from '../../../question/lemma.ts'
import type { Facts } from './fact-book.ts'

type MannerFault = { kind: 'CAUSE' | 'ADVICE' | 'CERTAINTY' | 'DEED'; text: string; sentence: string }

const causeWords =
  /\b(?:because|caus(?:e|es|ed|ing)|due to|root cause|owing to|as a result|result(?:s|ed|ing)? (?:of|in|from)|led to|leads? to|trigger(?:s|ed)?|culprit|blame|responsible for|stems? from|thanks to)\b/i
const causeFacts =
  /caus|\bso\b|because|due to|result|led to|lead|trigger|culprit|blame|responsib|owing|behind this|explain|since the|after the|follow|before the/i
const certainWords =
  /\b(?:certainly|definitely|undoubtedly|surely|guarantee\w*|proves?|proven|without (?:a )?doubt|always|never|absolutely|confirmed)\b/i
/** Words that claim of all, of none or of a day: the facts must say them too. */
const sweeping: readonly (readonly [words: RegExp, facts: RegExp])[] = [
  [
    /\b(?:everything|everywhere|every|all(?! (?:\d|of (?:its|them|the \d)))|entirely|completely)\b/i,
    /\b(?:all|every\w*|whole|entire\w*)\b/,
  ],
  [
    /\b(?:nothing|none|nobody|nowhere|no(?! longer))\b/i,
    /\b(?:nothing|none|nobody|nowhere|no|not|without|never|0|empty|cannot|missing)\b/,
  ],
  [/\b(?:only(?! (?:about )?\d)|solely|exclusively|alone)\b/i, /\b(?:only|solely|alone|just|no other)\b/],
  ...[
    ...'yesterday tomorrow tonight overnight monday tuesday wednesday thursday friday saturday sunday weekend weeks months years'.split(
      ' ',
    ),
    'last night',
    'last week',
    'last month',
    'this morning',
    'this week',
  ].map((day) => [new RegExp(`\\b${day}\\b`, 'i'), new RegExp(`\\b${day}\\b`)] as const),
]
/** Parts of systems that are easily blamed: only where the facts speak of them. */
const components: readonly (readonly [words: RegExp, facts: RegExp])[] = [
  'dns|certificate|firewall|proxy|kernel|driver|hardware|scheduler|kubelet|storage|quota|bandwidth|packet|volume|replication|garbage|thread|queue|cache|cpu|gpu',
  'network|connectivity',
  'disk|filesystem',
  'memory|oom|mib|gib|heap',
  'database|db|pool|sql',
  'config',
].flatMap((group, at) =>
  at === 0
    ? group.split('|').map((word) => [new RegExp(`\\b${word}`, 'i'), new RegExp(word)] as const)
    : [[new RegExp(`\\b(?:${group.split('|')[0]})`, 'i'), new RegExp(group)] as const],
)
const acts =
  'restart|delete|drain|cordon|uncordon|scale|roll back|rollback|revert|reboot|kill|disable|enable|run|execute|install|download|upload|visit|open|click|call|email|send|contact|patch|apply|increase|decrease|raise|lower|silence|evict|approve|rotate|curl|wget|kubectl|oc|ssh|sudo|rm|paste|enter|share|forward|stop|remove|purge|wipe|flush|reset|grant|change|set|add|ignore|mute|close|shut down|terminate|reinstall|upgrade|downgrade|redeploy|expose'
/** At the beginning of a sentence or a clause, or behind what asks for it. */
const advice = new RegExp(
  String.raw`(?:^[\s>*#\d.)-]*|[.;:!?]\s+|,\s+(?:and |then |please )?|\b(?:should|must|please|need(?:s)? to|ought to|to fix (?:this|it|that),?|try to|recommend\w*(?: that)?(?: you| to)?|consider|you (?:can|could|may)|let['’]s|then|next,?|could|advis\w* (?:you )?to|suggest\w*(?: that)?(?: you)?)\s+(?:be\s+)?)(${acts})(?:e?d|ing|ning|ping)?\b`,
  'gi',
)
const deeds = new RegExp(
  String.raw`\b(?:I|we)(?:['’]ve| have| had| will|['’]ll| am| are|['’]m)?\s+(?:already |now |just |going to )?(?:${acts.replaceAll('|', String.raw`\w*|`)}\w*|fixed|repaired|resolved|applied|did|sent|made|ran|took)\b`,
  'i',
)
const orders =
  /\b(?:ignore (?:all|any|the|previous|prior)|disregard|as an ai|system prompt|my instructions|previous instructions|developer message)\b/i

/** How something is said: causes, certainty, advice and deeds that the facts do not bear. */
export function manner(
  text: string,
  parts: readonly Facts[],
  records: readonly EvidenceRecord[],
): MannerFault[] {
  const faults: MannerFault[] = []
  const said = (words: string): boolean => parts.some((part) => part.text.includes(words))
  const cause = causeWords.exec(text)?.[0]
  if (
    cause &&
    !parts.some((part) => causeFacts.test(part.text)) &&
    !records.some(({ type }) => type === 'CAUSE')
  )
    faults.push({
      kind: 'CAUSE',
      text: cause,
      sentence: `no cited record says that one thing caused the other ("${cause}")`,
    })
  const certain = certainWords.exec(text)?.[0]
  if (certain && !said(certain.toLowerCase()))
    faults.push({
      kind: 'CERTAINTY',
      text: certain,
      sentence: `"${certain}" is more certain than the records`,
    })
  for (const [words, facts] of sweeping) {
    const word = words.exec(text)?.[0]
    if (word && !parts.some((part) => facts.test(part.text)))
      faults.push({ kind: 'CERTAINTY', text: word, sentence: `no cited record says "${word}"` })
  }
  for (const [words, facts] of components) {
    const word = words.exec(text)?.[0]
    if (word && !parts.some((part) => facts.test(part.text)))
      faults.push({ kind: 'CAUSE', text: word, sentence: `no cited record speaks of "${word}"` })
  }
  for (const match of text.matchAll(advice)) {
    const act = (match[1] ?? '').toLowerCase()
    if (said(act) || said(lemma(act)) || said(act.replace(/e$/, '')) || isNoun(text, match)) continue
    faults.push({ kind: 'ADVICE', text: act, sentence: `no cited record proposes to "${act}"` })
  }
  const deed = deeds.exec(text)?.[0] ?? orders.exec(text)?.[0]
  if (deed)
    faults.push({
      kind: 'DEED',
      text: deed,
      sentence: `"${deed}": nothing was done, and nothing is to be said of instructions`,
    })
  return faults
}

/** "Open incidents", "Set points": no verb here. */
const isNoun = (text: string, match: RegExpExecArray): boolean =>
  /^(?:open|set|lower|change|call|run|add|close|stop|reset|enter|scale|silence)s?$/i.test(match[1] ?? '') &&
  /^\s+(?:incidents?|alerts?|points?|bound|limit|of|is|was|are|were|has|to|since|in|at|for|on)\b/i.test(
    text.slice(match.index + match[0].length),
  )
