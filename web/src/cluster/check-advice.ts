import type { ClusterCheck } from '@aiops/contract/model/cluster'
import { targetWords } from './cluster-look.ts'

/** What to do about a check that failed, by what its message tells; undefined where the message says it itself. */
export function checkAdvice({
  target,
  message,
}: Pick<ClusterCheck, 'target' | 'message'>): string | undefined {
  const text = message.toLowerCase()
  const name = targetWords[target]
  const what = target === 'API_SERVER' ? `the ${name}` : name
  if (/are refused: its address/.test(text))
    return 'AIOps asks no such address: give one of the cluster itself, or change the setting that is named.'
  if (/\b401\b|unauthori[sz]ed/.test(text))
    return `The token is wrong, or it has expired. Get a new one and give it with the credentials.`
  if (/\b403\b|forbidden/.test(text))
    return `The token is known, but may not read. Apply the manifest of needed permissions in the cluster.`
  if (/enotfound|eai_again|getaddrinfo|no such host/.test(text))
    return 'The name in the address is not known here: check how it is spelt, and the DNS of the host that runs AIOps.'
  if (/econnrefused/.test(text))
    return `Nothing listens at that address and port: check the port, and that ${what} runs.`
  if (/etimedout|timed? ?out|did not answer|ehostunreach|enetunreach/.test(text))
    return 'No answer came: a firewall, a missing route or VPN, or the cluster is down.'
  if (/self.signed|unable to (verify|get)|unknown authority|cert_|certificate/.test(text))
    return 'The certificate is not trusted: give the authority’s certificate (PEM) under TLS, or the right server name.'
  if (/\b404\b/.test(text))
    return `Something answers there, but it is not ${what}: check the path of the address.`
  if (/\b(502|503|504)\b/.test(text))
    return `What stands before ${what} answers, ${what} itself does not: look at its pods.`
  return undefined
}
