/** Rules about what runs: pods, the controllers that make them, and the policies that bound them. */

import type { Rule } from '../rule.ts'
import { autoscalerRules } from './autoscaler.ts'
import { boundRules } from './bound.ts'
import { cronJobRules } from './cron-job.ts'
import { daemonSetRules } from './daemon-set.ts'
import { deploymentRules } from './deployment.ts'
import { disruptionBudgetRules } from './disruption-budget.ts'
import { jobRules } from './job.ts'
import { logRules } from './log-pattern.ts'
import { pinnedRules } from './pinned.ts'
import { podCrashRules } from './pod-crash.ts'
import { podCreationRules } from './pod-creation.ts'
import { podEndRules } from './pod-end.ts'
import { podImageRules } from './pod-image.ts'
import { podProbeRules } from './pod-probe.ts'
import { podSchedulingRules } from './pod-scheduling.ts'
import { podStartRules } from './pod-start.ts'
import { referenceRules } from './reference.ts'
import { statefulSetRules } from './stateful-set.ts'

export const workloadRules: readonly Rule[] = [
  ...podSchedulingRules,
  ...podImageRules,
  ...podStartRules,
  ...podCrashRules,
  ...podProbeRules,
  ...podEndRules,
  ...pinnedRules,
  ...deploymentRules,
  ...podCreationRules,
  ...statefulSetRules,
  ...daemonSetRules,
  ...jobRules,
  ...cronJobRules,
  ...autoscalerRules,
  ...disruptionBudgetRules,
  ...boundRules,
  ...referenceRules,
  ...logRules,
]
