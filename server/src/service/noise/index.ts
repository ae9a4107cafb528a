/** How noisy alert rules are: what they told in a time, how much of it was of use, and what to do about each. */
export { noiseOfRules } from './rule-noise.ts'
