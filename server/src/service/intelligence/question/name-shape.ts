import { isKnownForm, isPhraseWord, isTableWord, lemma } from './lemma.ts'
import type { Token } from './token.ts'

/** Abbreviations and terms with digits or capitals that are no names. */
const terms = new Set(
  `p50 p75 p90 p95 p99 p999 k8s s3 ipv4 ipv6 http2 http3 e2e i18n n3 n4 n6 5g 4g 3g l3 l4 l7 o11y sev1 sev2 sev3 p1 p2 p3 a100 h100 h200 l40s
5xx 4xx 3xx 2xx q1 q2 q3 q4 sha256 md5 base64 utf8 x86 arm64 amd64 v1 v2 ts2phc ptp4l phc2sys 24x7 24h xid95 7x24 1st 2nd 3rd 4th
cpu gpu ram oom ptp slo sla sli http https api dns tls ssl tcp udp ip url json html pdf csv md xml yaml utc ui cli sql db vm os pvc pv cnf vnf
upf vdu vcu ran amf smf nf ai ml llm sre noc it us uk eu crd hpa vpa rbac jvm gc ssd nvme nic io iops rps qps rtt mttr mttd rca sop xid ecc ok asap fyi ops`.split(
    /\s+/,
  ),
)

/** A dash, slash, underscore, colon or digit in it, or capitals inside a sentence: a person writes names so, and few other words. */
export function looksLikeName(token: Token, opensSentence: boolean): boolean {
  if (terms.has(token.lower)) return false
  if (token.type === 'ADDRESS') return true
  if (token.type === 'NAME') return !/^[\d.,:/-]+$/.test(token.text)
  if (token.type !== 'WORD') return false
  if (/\p{L}\p{N}|\p{N}\p{L}/u.test(token.text)) return !/^\d+[a-z]{1,3}$/.test(token.lower)
  // Who types everything in capitals means nothing by them.
  if (/^\p{Lu}\p{Ll}+(?:\p{Lu}\p{Ll}+)+$/u.test(token.text)) return true
  return !opensSentence && /^\p{Lu}\p{Ll}{2,}/u.test(token.text) && !isKnownForm(token.lower)
}

const isWord = (part: string): boolean =>
  /^\d{1,3}$/.test(part) ||
  terms.has(part) ||
  isPhraseWord(part) ||
  isKnownForm(part) ||
  isKnownForm(lemma(part))

/** Nouns that the names of systems end in: `mail-service` is a name though both are everyday words. */
const nameEndings = new Set(
  'service svc api db app server worker job proxy cache queue bus gateway agent controller operator frontend backend prod dev staging lab east west north south canary exporter bot engine hub shipper collector runner'.split(
    ' ',
  ),
)

/** Whether what is joined by dashes or slashes is only words: `error-rate`, `cpu/memory`, `post-mortem`. */
export function stripsToWords(token: Token): boolean {
  if (/^(?:[\d.,:/-]+)$/.test(token.text)) return true
  if (/_|@|^\d+\.\d/.test(token.text)) return false
  if (/-(?:ish|like|wise|related|based|ready|side|free|only)$/.test(token.lower)) return true
  const parts = token.lower.split(/[-/.:]+/)
  const last = parts.at(-1) ?? ''
  if (parts.length > 1 && !token.text.includes('/') && nameEndings.has(last)) return false
  if (parts.length > 1 && /^\d+$/.test(last) && !isTableWord(parts[0]!)) return terms.has(parts[0]!)
  if (/\/.*-|-.*\//.test(token.text)) return false
  return parts.every((part) => part !== '' && isWord(part))
}

const prefixes = /^(?:un|non|in|re|dis|mis|over|under|pre|de)(.{3,})$/
const suffixes = /(?:ly|ness|able|ible|less|ful|ing|ed|ment|tion|sion|ise|ize|ity|ish|wise)$/

/** Made as everyday words are made, though it is in no list: `unready`, `monthly`, `misconfigured`. */
export function isBuiltWord(lower: string): boolean {
  const stem = prefixes.exec(lower)?.[1]
  return (
    (stem !== undefined && (isKnownForm(stem) || isKnownForm(lemma(stem)))) ||
    (lower.length > 5 && suffixes.test(lower)) ||
    (lower.length > 5 && /(?:est|ier|iest)$/.test(lower))
  )
}

/** A term of the trade, such as `p95`. */
export const isTerm = (lower: string): boolean => terms.has(lower)

/** Words that questions are built of; a thing of that name has to be named with its kind or in quotes. */
const fixedWords = new Set(
  `log error alert incident event metric trace span pod node cluster host namespace workload deployment container service runbook gpu ptp
clock report help restart status health problem issue cpu memory disk network latency traffic show list why when what who change cost slo
anomaly forecast timeline dependency owner cause broken down slow fine state time image pending kubernetes k8s openshift`.split(
    /\s+/,
  ),
)
export const isFixedWord = (lower: string): boolean =>
  fixedWords.has(lower) || (lower.endsWith('s') && fixedWords.has(lower.slice(0, -1)))
