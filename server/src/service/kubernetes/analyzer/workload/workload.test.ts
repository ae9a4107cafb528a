import { describeRules } from '../case.suite.ts'
import { controllerCases } from './controller.suite.ts'
import { workloadRules } from './index.ts'
import { jobAndBoundCases } from './job.suite.ts'
import { logCases } from './log.suite.ts'
import { podCases } from './pod.suite.ts'
import { podStartCases } from './pod-start.suite.ts'
import { policyCases } from './policy.suite.ts'

describeRules(workloadRules, [
  ...podStartCases,
  ...podCases,
  ...controllerCases,
  ...jobAndBoundCases,
  ...policyCases,
  ...logCases,
])
