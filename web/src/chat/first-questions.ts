import type { Incident } from '@aiops/contract/model/incident'

const general = [
  'What is broken right now?',
  'What changed in the last two hours?',
  'Which services are the slowest?',
  'Which pods restart again and again?',
  'Which alerts are silenced?',
  'Are any GPUs too hot?',
]
const incidentsMax = 2

/** Good questions to begin with: about what is open first, then what one asks of any system. */
export function firstQuestions(open: readonly Pick<Incident, 'number'>[]): string[] {
  const [broken = '', ...others] = general
  const causes = open.slice(0, incidentsMax).map(({ number }) => `What is the root cause of INC-${number}?`)
  return [broken, ...causes, ...others]
}
