/** What detection costs and how sure it rightly is, measured on series made by a seeded generator. */
export { type Latency, latencyOf } from './latency.ts'
export { type Reliability, reliabilityOf } from './reliability.ts'
export { type Throughput, throughputOf } from './throughput.ts'
