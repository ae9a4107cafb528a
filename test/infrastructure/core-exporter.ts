import type { Random } from '../../server/src/kernel/random.ts'
import { Exposition, happened, noise } from './exposition.ts'

/** 3GPP names of the counters of one procedure, in order of the call. */
type Procedure = { requests: number; successes: number; failures: number }
const procedure = (requests: number): Procedure => ({ requests, successes: requests, failures: 0 })

/** A small 5G core as open5gs counts it: AMF, SMF and UPF, with subscribers who come, go and call. */
export class CoreNetwork {
  /** Attempts a second of a usual hour. */
  attemptsPerS = 2.2
  gnbs = 4
  subscribers = 1200

  // What may be wrong.
  /** Shares of attempts that fail. */
  registrationFailShare = 0.003
  authenticationFailShare = 0.001
  sessionFailShare = 0.003
  n4FailShare = 0.0005
  pagingFailShare = 0.008
  /** Seconds a registration takes. */
  registrationS = 0.18
  amfUp = true
  smfUp = true
  upfUp = true
  /** Associations that the SMF holds with its UPFs. */
  pfcpPeers = 1
  /** Of what comes in from the radio, what goes out to the data network. */
  n3OutShare = 0.96
  n3PacketsPerS = 42_000
  /** Some releases count a created session twice. */
  countsSessionsTwice = false

  sessions = 1010
  readonly #random: Random
  #registration = procedure(50_000)
  #mobility = procedure(9_000)
  #authentication = { ...procedure(52_000), rejects: 0 }
  #paging = procedure(30_000)
  #creation = procedure(41_000)
  #n4 = procedure(41_000)
  #n3 = { in: 4e9, out: 3.8e9, volume: 3e12 }
  #registrationTimes = [0.1, 0.25, 0.5, 1, 2.5, 5, 10].map((le) => ({ le, count: 0 }))
  #timed = { count: 0, sum: 0 }
  constructor(random: Random) {
    this.#random = random
  }

  step(seconds: number): void {
    const random = this.#random
    const attempts = (share: number) => happened(random, this.attemptsPerS * share * seconds)
    if (this.amfUp) this.#stepAmf(attempts, seconds)
    if (this.smfUp) this.#stepSmf(attempts)
    if (this.upfUp) {
      const packets = Math.max(0, this.n3PacketsPerS * seconds * (1 + noise(random, 0.03)))
      this.#n3.in += Math.round(packets)
      this.#n3.out += Math.round(packets * this.n3OutShare)
      this.#n3.volume += Math.round(packets * 720)
    }
  }
  /** A process that starts again counts from zero. */
  restartAmf(): void {
    for (const counted of [this.#registration, this.#mobility, this.#authentication, this.#paging])
      Object.assign(counted, procedure(0), 'rejects' in counted ? { rejects: 0 } : {})
    this.#timed = { count: 0, sum: 0 }
    for (const bucket of this.#registrationTimes) bucket.count = 0
  }

  #stepAmf(attempts: (share: number) => number, seconds: number): void {
    const random = this.#random
    const authentications = attempts(1.05)
    const rejected = share(random, authentications, this.authenticationFailShare)
    this.#authentication.requests += authentications
    this.#authentication.failures += Math.round(rejected * 0.3)
    this.#authentication.rejects += rejected
    const registrations = attempts(1)
    // Who is not authenticated is not registered either.
    const failShare = 1 - (1 - this.registrationFailShare) * (1 - this.authenticationFailShare)
    add(this.#registration, registrations, share(random, registrations, failShare))
    add(this.#mobility, attempts(0.4), 0)
    const pagings = attempts(1.4)
    add(this.#paging, pagings, share(random, pagings, this.pagingFailShare))
    this.subscribers = Math.max(0, this.subscribers + Math.round(noise(random, 0.4 * Math.sqrt(seconds))))
    for (let i = 0; i < registrations; i += 1) {
      const took = this.registrationS * (0.6 + random.next() * 0.9)
      this.#timed.count += 1
      this.#timed.sum += took
      for (const bucket of this.#registrationTimes) if (took <= bucket.le) bucket.count += 1
    }
  }
  #stepSmf(attempts: (share: number) => number): void {
    const random = this.#random
    const creations = attempts(0.8)
    const n4Share = this.pfcpPeers > 0 ? this.n4FailShare : 1
    const n4Failed = share(random, creations, n4Share)
    add(this.#n4, creations, n4Failed)
    // Without a session at the user plane there is none for the subscriber.
    add(
      this.#creation,
      creations,
      Math.max(n4Failed, share(random, creations, 1 - (1 - this.sessionFailShare) * (1 - n4Share))),
    )
    this.sessions = Math.max(0, this.sessions + Math.round(noise(random, 1.5)))
  }

  amf(): string | undefined {
    if (!this.amfUp) return undefined
    const page = new Exposition()
    const slice = { plmnid: '99970', snssai: '1000009' }
    const amf = (name: string, value: number, labels = {}) =>
      put(page, `fivegs_amffunction_${name}`, 'counter', value, labels)
    put(page, 'ran_ue', 'gauge', Math.round(this.subscribers * 0.32))
    put(page, 'amf_session', 'gauge', Math.round(this.sessions))
    put(page, 'gnb', 'gauge', this.gnbs)
    amf('rm_reginitreq', this.#registration.requests)
    amf('rm_reginitsucc', this.#registration.successes)
    amf('rm_reginitfail', this.#registration.failures, { cause: '22' })
    amf('rm_regmobreq', this.#mobility.requests)
    amf('rm_regmobsucc', this.#mobility.successes)
    amf('amf_authreq', this.#authentication.requests)
    amf('amf_authreject', this.#authentication.rejects)
    amf('amf_authfail', this.#authentication.failures, { cause: '20' })
    amf('mm_paging5greq', this.#paging.requests)
    amf('mm_paging5gsucc', this.#paging.successes)
    amf('mm_confupdate', 800)
    amf('mm_confupdatesucc', 800)
    put(page, 'fivegs_amffunction_rm_registeredsubnbr', 'gauge', this.subscribers, slice)
    const histogram = 'fivegs_amffunction_rm_regtime'
    page.family(histogram, 'histogram', 'AMF initial registration time')
    for (const { le, count } of this.#registrationTimes) page.sample(histogram, count, { le }, '_bucket')
    page.sample(histogram, this.#timed.count, { le: '+Inf' }, '_bucket')
    page.sample(histogram, this.#timed.count, {}, '_count')
    page.sample(histogram, this.#timed.sum, {}, '_sum')
    return page.text()
  }
  smf(): string | undefined {
    if (!this.smfUp) return undefined
    const page = new Exposition()
    const sm = (name: string, value: number, labels = {}) =>
      put(page, `fivegs_smffunction_sm_${name}`, 'counter', value, labels)
    put(page, 'ues_active', 'gauge', Math.round(this.sessions * 0.93))
    put(page, 'bearers_active', 'gauge', this.sessions)
    put(page, 'pfcp_sessions_active', 'gauge', this.pfcpPeers > 0 ? this.sessions : 0)
    put(page, 'pfcp_peers_active', 'gauge', this.pfcpPeers)
    const { requests, successes, failures } = this.#creation
    const twice = this.countsSessionsTwice ? 2 : 1
    sm('pdusessioncreationreq', requests, { plmnid: '', snssai: '' })
    sm('pdusessioncreationsucc', successes * twice, { plmnid: '99970', snssai: '1000009' })
    sm('pdusessioncreationfail', failures, { cause: '403' })
    sm('n4sessionestabreq', this.#n4.requests)
    sm('n4sessionestabfail', this.#n4.failures, { cause: '65' })
    sm('n4sessionreport', 2200)
    sm('n4sessionreportsucc', 2200)
    put(page, 'fivegs_smffunction_sm_sessionnbr', 'gauge', this.sessions, {
      plmnid: '99970',
      snssai: '1000009',
    })
    return page.text()
  }
  upf(): string | undefined {
    if (!this.upfUp) return undefined
    const page = new Exposition()
    put(page, 'fivegs_ep_n3_gtp_indatapktn3upf', 'counter', this.#n3.in)
    put(page, 'fivegs_ep_n3_gtp_outdatapktn3upf', 'counter', this.#n3.out)
    put(page, 'fivegs_ep_n3_gtp_indatavolumeqosleveln3upf', 'counter', this.#n3.volume, { qfi: '1' })
    put(page, 'fivegs_upffunction_sm_n4sessionestabreq', 'counter', this.#n4.requests)
    put(page, 'fivegs_upffunction_sm_n4sessionestabfail', 'counter', this.#n4.failures, { cause: '65' })
    put(page, 'fivegs_upffunction_upf_sessionnbr', 'gauge', this.pfcpPeers > 0 ? this.sessions : 0)
    put(page, 'fivegs_upffunction_upf_qosflows', 'gauge', this.sessions, { dnn: 'internet' })
    return page.text()
  }
}

function put(page: Exposition, name: string, type: 'counter' | 'gauge', value: number, labels = {}): void {
  page.family(name, type, name).sample(name, value, labels)
}
function add(to: Procedure, requests: number, failures: number): void {
  to.requests += requests
  to.failures += failures
  to.successes += requests - failures
}
/** How many of `count` meet a fate that a `share` of them has. */
function share(random: Random, count: number, part: number): number {
  let met = 0
  for (let i = 0; i < count; i += 1) if (random.next() < part) met += 1
  return met
}
