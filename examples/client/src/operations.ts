// Made by scripts/trusted-documents.mjs from examples/operations; not to be edited.

/** A document that the server knows by its id; the types are those of what goes in and comes out. */
export interface Operation<Variables, Data> {
  readonly name: string;
  readonly kind: "Query" | "Mutation" | "Subscription";
  readonly id: string;
  readonly __types?: (variables: Variables) => Data;
}

export interface AcknowledgeEvaluationInput {
  evaluationId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

export type Action = "ACKNOWLEDGE_EVALUATION" | "ADD_REGULATION" | "ASSIGN_SUPERIOR" | "CANCEL_PLAN" | "CLOSE_EVALUATION" | "CLOSE_PERIOD" | "CLOSE_PLAN" | "CREATE_ORG_UNIT" | "CREATE_STAFF" | "DELEGATE" | "DELIVER_EVALUATION" | "END_STAFF" | "FINALISE_EVALUATION" | "GIVE_FEEDBACK" | "IMPORT_ORGANISATION" | "LINK_PLAN_RESULT" | "OPEN_PERIOD" | "RATE_EVALUATION" | "RECOMMEND" | "RECORD_ACTIVITIES" | "REOPEN_EVALUATION" | "REPORT_REALISATION" | "REVIEW_ACTIVITIES" | "REVIEW_PLAN" | "REVISE_PLAN" | "SET_CRITERIA" | "SET_ORG_UNIT_PREDICATE" | "SIGN_EVALUATION" | "SUBMIT_ACTIVITIES" | "SUBMIT_PLAN" | "TRANSFER_STAFF" | "UPDATE_ORG_UNIT" | "UPDATE_PLAN" | "UPDATE_STAFF" | "WITHDRAW_PLAN";

export interface ActionPlanInput {
  id?: string | null;
  periodId: string;
  target?: string | null;
  text: string;
}

export interface ActivityInput {
  actionPlanId?: string | null;
  claimedAt?: string | null;
  clientKey?: string | null;
  description: string;
  endedAt: string;
  evidence?: EvidenceInput[];
  expectedVersion?: number | null;
  id?: string | null;
  planResultId?: string | null;
  realisation?: string | null;
  startedAt: string;
  unit?: string | null;
}

export type ActivityStatus = "APPROVED" | "DRAFT" | "RETURNED" | "SUBMITTED";

export interface ActivityVersionInput {
  expectedVersion: number;
  id: string;
}

export type Approach = "QUALITATIVE" | "QUANTITATIVE";

export type Aspect = "COST" | "QUALITY" | "QUANTITY" | "TIME";

export type AssignmentScope = "BETWEEN_AGENCIES" | "BETWEEN_UNITS" | "SAME_UNIT";

export interface BehaviourExpectationInput {
  criterionId: string;
  text: string;
}

export interface CreatePlanInput {
  assignmentId: string;
  content?: PlanContentInput | null;
  copyFrom?: string | null;
  idempotencyKey?: string | null;
  periodId: string;
}

export interface DeliverEvaluationInput {
  evaluationId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

export type Direction = "HIGHER_IS_BETTER" | "LOWER_IS_BETTER";

export type ErrorCode = "BAD_REQUEST" | "BAD_USER_INPUT" | "CONFLICT" | "CURSOR_EXPIRED" | "DOCUMENT_REFUSED" | "FORBIDDEN" | "GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED" | "INTERNAL_SERVER_ERROR" | "INVALID_TRANSITION" | "IN_PROGRESS" | "KEY_REUSED" | "LIMIT_EXCEEDED" | "NOT_FOUND" | "OPERATION_NOT_ALLOWED" | "OPERATION_RESOLUTION_FAILURE" | "OVERLOADED" | "PERIOD_CLOSED" | "RATE_LIMITED" | "STORAGE_FULL" | "SUBSCRIPTION_LAGGED" | "TIMEOUT" | "UNAUTHENTICATED";

export type EvaluationKind = "ANNUAL" | "PERIODIC";

export type EvaluationStatus = "ACKNOWLEDGED" | "CLOSED" | "DECIDED" | "DEEMED_ACCEPTED" | "DELIVERED" | "FINAL" | "OBJECTED" | "OPEN" | "RATED_DRAFT" | "SELF_REPORTED";

export type EventKind = "ACTIVITY_RECORDED" | "ACTIVITY_REVIEWED" | "ACTIVITY_SUBMITTED" | "ACTIVITY_UPDATED" | "ASSIGNMENT_CLOSED" | "ASSIGNMENT_OPENED" | "ASSIGNMENT_UPDATED" | "CRITERIA_SET" | "DELEGATED" | "DELEGATION_ENDED" | "ENTRY_ERASED" | "EVALUATION_ACKNOWLEDGED" | "EVALUATION_CLOSED" | "EVALUATION_DEEMED_ACCEPTED" | "EVALUATION_DELIVERED" | "EVALUATION_FINALISED" | "EVALUATION_OPENED" | "EVALUATION_RATED" | "EVALUATION_REOPENED" | "EVALUATION_SIGNED" | "FEEDBACK_GIVEN" | "ORG_UNIT_CREATED" | "ORG_UNIT_PREDICATE_SET" | "ORG_UNIT_UPDATED" | "PERIOD_CLOSED" | "PERIOD_OPENED" | "PLAN_CANCELLED" | "PLAN_CLOSED" | "PLAN_CREATED" | "PLAN_RESULT_LINKED" | "PLAN_REVIEWED" | "PLAN_REVISED" | "PLAN_SUBMITTED" | "PLAN_UPDATED" | "PLAN_WITHDRAWN" | "POSITION_CREATED" | "POSITION_UPDATED" | "RATER_RENEWED" | "REALISATION_REPORTED" | "RECOMMENDATION_MADE" | "REGULATION_ADDED" | "ROLE_GRANTED" | "ROLE_REVOKED" | "STAFF_CREATED" | "STAFF_ENDED" | "STAFF_TRANSFERRED" | "STAFF_UPDATED" | "SUPERIOR_ASSIGNED";

export interface EvidenceInput {
  label?: string | null;
  url: string;
}

export type Expectation = "ABOVE" | "AS_EXPECTED" | "BELOW";

export type FeedbackKind = "ACTIVITY" | "BEHAVIOUR" | "RESULT";

export interface FigureFoundInput {
  indicatorId: string;
  planResultId: string;
  realisation?: string | null;
  targetMax?: string | null;
  targetMin?: string | null;
}

export interface FinaliseEvaluationInput {
  evaluationId: string;
  expectedVersion: number;
  gapReasons?: GapInput[];
  idempotencyKey?: string | null;
  missingUnitPredicateReason?: string | null;
  yearDecision?: YearDecisionInput | null;
  yearGapReasons?: YearGapInput[];
}

export interface GapInput {
  periodId: string;
  reason: string;
}

export interface GiveFeedbackInput {
  activityId?: string | null;
  criterionId?: string | null;
  evaluationId?: string | null;
  idempotencyKey?: string | null;
  planId: string;
  planResultId?: string | null;
  text: string;
}

export interface IndicatorInput {
  aspect?: Aspect | null;
  direction?: Direction | null;
  id?: string | null;
  perspective?: Perspective | null;
  targetIsMaximum?: boolean;
  targetMax?: string | null;
  targetMin: string;
  text: string;
  unit: string;
}

export interface LoginInput {
  client?: string | null;
  password: string;
  user: string;
}

export interface LogoutInput {
  idempotencyKey?: string | null;
}

export type OrgUnitPredicate = "GOOD" | "NEEDS_IMPROVEMENT" | "OUTSTANDING" | "POOR" | "VERY_POOR";

export type Party = "EMPLOYEE" | "RATER" | "RATERS_SUPERIOR";

export type PeriodStatus = "CLOSED" | "OPEN";

export type Perspective = "BUDGET" | "BUSINESS_PROCESS" | "INTERNAL_STRENGTHENING" | "SERVICE_RECIPIENT";

export interface PlanContentInput {
  approach?: Approach | null;
  behaviourExpectations?: BehaviourExpectationInput[];
  results?: PlanResultInput[];
}

export interface PlanResultInput {
  actionPlans?: ActionPlanInput[];
  assignedBy?: string | null;
  id?: string | null;
  indicators?: IndicatorInput[];
  kind: ResultKind;
  provisional?: boolean;
  servesId?: string | null;
  title: string;
}

export type PlanStatus = "APPROVED" | "CANCELLED" | "CLOSED" | "DRAFT" | "RETURNED" | "SUBMITTED";

export type Predicate = "GOOD" | "NEEDS_IMPROVEMENT" | "POOR" | "VERY_GOOD" | "VERY_POOR";

export interface RateEvaluationInput {
  behaviourRating?: Expectation | null;
  behaviourRatings?: ValueRatingInput[];
  behaviourReason?: string | null;
  evaluationId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
  resultRating?: Expectation | null;
  resultRatings?: RowRatingInput[];
  resultReason?: string | null;
  scores?: ScoresInput | null;
  trainings?: RecognisedTrainingInput[];
  unratedReportReason?: string | null;
}

export interface RealisationInput {
  evidence?: EvidenceInput[];
  indicatorId?: string | null;
  planResultId: string;
  text: string;
  value?: string | null;
}

export interface RecognisedTrainingInput {
  countsFor: TrainingCountsFor;
  hours: number;
  of?: string | null;
  reference: string;
  title: string;
}

export interface RecordActivitiesInput {
  idempotencyKey?: string | null;
  planId: string;
  rows: ActivityInput[];
}

export interface RefreshSessionInput {
  refreshToken: string;
}

export interface ReportRealisationInput {
  evaluationId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
  realisations: RealisationInput[];
  selfNote?: string | null;
}

export type ResultGroup = "AGREEMENT" | "INITIATIVE";

export type ResultKind = "ADDITIONAL" | "MAIN";

export interface ReviewActivitiesInput {
  decision: ReviewDecision;
  idempotencyKey?: string | null;
  reason?: string | null;
  rows: ActivityVersionInput[];
}

export type ReviewDecision = "APPROVE" | "RETURN";

export interface ReviewPlanInput {
  decision: ReviewDecision;
  expectedVersion: number;
  idempotencyKey?: string | null;
  planId: string;
  reason?: string | null;
}

export type RevisionStatus = "APPROVED" | "DRAFT" | "REPLACED" | "RETURNED" | "SUBMITTED" | "WITHDRAWN";

export interface RevokeSessionInput {
  idempotencyKey?: string | null;
  sessionId: string;
}

export type Role = "ADMIN" | "AUDITOR" | "EMPLOYEE" | "PERFORMANCE_TEAM" | "REPORTING";

export interface RowPlaceInput {
  group?: ResultGroup | null;
  planResultId: string;
  scope?: AssignmentScope | null;
}

export interface RowRatingInput {
  note?: string | null;
  planResultId: string;
  rating: Expectation;
}

export interface ScoresInput {
  behaviour?: ValueScoreInput[];
  figures?: FigureFoundInput[];
  newIdea?: string | null;
  peers?: boolean;
  rows?: RowPlaceInput[];
}

export interface SignEvaluationInput {
  evaluationId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

export interface SubmitActivitiesInput {
  idempotencyKey?: string | null;
  rows: ActivityVersionInput[];
}

export interface SubmitPlanInput {
  expectedVersion: number;
  idempotencyKey?: string | null;
  planId: string;
}

export type TrainingCountsFor = "BEHAVIOUR" | "RESULTS";

export interface UpdatePlanInput {
  content: PlanContentInput;
  expectedVersion: number;
  idempotencyKey?: string | null;
  planId: string;
}

export interface ValueRatingInput {
  criterionId: string;
  note?: string | null;
  rating: Expectation;
}

export interface ValueScoreInput {
  criterionId: string;
  peers?: string | null;
  rater: string;
  subordinates?: string | null;
}

export interface WithdrawPlanInput {
  expectedVersion: number;
  idempotencyKey?: string | null;
  planId: string;
}

export type WorklistKind = "ACKNOWLEDGE_EVALUATION" | "CREATE_PLAN" | "DELIVER_EVALUATION" | "FINALISE_EVALUATION" | "RATE_EVALUATION" | "REPORT_REALISATION" | "REVIEW_ACTIVITIES" | "REVIEW_PLAN" | "SIGN_EVALUATION" | "SUBMIT_ACTIVITIES" | "SUBMIT_PLAN";

export interface YearDecisionInput {
  predicate: Predicate;
  reason: string;
}

export interface YearGapInput {
  evaluationId: string;
  reason: string;
}

export type AcknowledgeEvaluationMutationVariables = { input: AcknowledgeEvaluationInput };
export type AcknowledgeEvaluationMutationData = {
  acknowledgeEvaluation: {
    evaluation: {
      id: string;
      version: number;
      kind: EvaluationKind;
      status: EvaluationStatus;
      statusLabel: string;
      predicate: Predicate | null;
      predicateLabel: string | null;
      resultRating: Expectation | null;
      resultReason: string | null;
      behaviourRating: Expectation | null;
      behaviourReason: string | null;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      objectionUntil: string | null;
      signatures: {
        party: Party;
        at: string;
      }[];
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const AcknowledgeEvaluationMutation: Operation<AcknowledgeEvaluationMutationVariables, AcknowledgeEvaluationMutationData> = { name: "AcknowledgeEvaluationMutation", kind: "Mutation", id: "sha256:a9bcf5d8a7e2d56ec626971119d3bde2ed4a8bfd62641c0a2f38af9858030208" };

export type ActivitiesToReviewQueryVariables = { after?: string | null };
export type ActivitiesToReviewQueryData = {
  activities: {
    edges: ({
      cursor: string;
      node: {
        id: string;
        version: number;
        status: ActivityStatus;
        statusLabel: string;
        clientKey: string;
        planResult: {
          id: string;
          title: string;
        } | null;
        startedAt: string;
        endedAt: string;
        description: string;
        realisation: string | null;
        unit: string | null;
        claimedAt: string | null;
        receivedAt: string;
        late: boolean;
        returnReason: string | null;
        evidence: ({
          id: string;
          url: string;
          label: string | null;
        })[];
        staff: {
          id: string;
          name: string;
        } | null;
        plan: {
          id: string;
        } | null;
      };
    })[];
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
  };
};
export const ActivitiesToReviewQuery: Operation<ActivitiesToReviewQueryVariables, ActivitiesToReviewQueryData> = { name: "ActivitiesToReviewQuery", kind: "Query", id: "sha256:305e5b32df88a4c3afe27cd92c6d9d9a52f40b23a7233f08371de1c14a96420d" };

export type ActivityUpdatesSubscriptionVariables = { orgUnitId: string; after?: string | null; first?: number | null };
export type ActivityUpdatesSubscriptionData = {
  activityUpdates: {
    cursor: string;
    kind: EventKind;
    at: string;
    subjectVersion: number;
    actor: {
      id: string;
      name: string;
    } | null;
    subject: ({
      __typename: "Activity";
      id: string;
      version: number;
      activityStatus: ActivityStatus;
      description: string;
      plan: {
        id: string;
      } | null;
    } | {
      __typename: "Assignment" | "CriteriaSet" | "OrgUnit" | "Period" | "Staff";
    } | {
      __typename: "Evaluation";
      id: string;
      version: number;
      evaluationStatus: EvaluationStatus;
      kind: EvaluationKind;
      plan: {
        id: string;
      } | null;
    } | {
      __typename: "Feedback";
      id: string;
      text: string;
      aboutId: string;
    } | {
      __typename: "Plan";
      id: string;
      version: number;
      planStatus: PlanStatus;
      staff: {
        id: string;
        name: string;
      } | null;
    }) | null;
  };
};
export const ActivityUpdatesSubscription: Operation<ActivityUpdatesSubscriptionVariables, ActivityUpdatesSubscriptionData> = { name: "ActivityUpdatesSubscription", kind: "Subscription", id: "sha256:6793b4a4c682ad017dfc95444c2198f228f28035bdea3cf3b26a29e23fa17374" };

export type CreatePlanMutationVariables = { input: CreatePlanInput };
export type CreatePlanMutationData = {
  createPlan: {
    plan: {
      id: string;
      version: number;
      status: PlanStatus;
      statusLabel: string;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      currentRevision: {
        id: string;
        number: number;
        status: RevisionStatus;
        reason: string | null;
        approach: Approach;
        results: ({
          id: string;
          kind: ResultKind;
          title: string;
          provisional: boolean;
          assignedBy: string | null;
          serves: {
            id: string;
            title: string;
          } | null;
          indicators: ({
            id: string;
            aspect: Aspect | null;
            perspective: Perspective | null;
            text: string;
            target: {
              min: string;
              max: string;
            };
            unit: string;
            direction: Direction;
            targetIsMaximum: boolean;
          })[];
          actionPlans: ({
            id: string;
            text: string;
            target: string | null;
            period: {
              id: string;
              part: number;
            } | null;
          })[];
        })[];
        behaviourExpectations: {
          criterionId: string;
          text: string;
        }[];
      } | null;
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const CreatePlanMutation: Operation<CreatePlanMutationVariables, CreatePlanMutationData> = { name: "CreatePlanMutation", kind: "Mutation", id: "sha256:fb8c63911a9cf9a55e7d75964e1b13ae3ce0dff68e57a39070965cd738134028" };

export type CriteriaQueryVariables = {  };
export type CriteriaQueryData = {
  criteria: {
    id: string;
    code: string;
    name: string;
    behaviours: string[];
  }[];
};
export const CriteriaQuery: Operation<CriteriaQueryVariables, CriteriaQueryData> = { name: "CriteriaQuery", kind: "Query", id: "sha256:27e3dbf998e8137f3aacc5deb1cae14a29559a364ddd27e90ffb51d831f08c11" };

export type DeliverEvaluationMutationVariables = { input: DeliverEvaluationInput };
export type DeliverEvaluationMutationData = {
  deliverEvaluation: {
    evaluation: {
      id: string;
      version: number;
      kind: EvaluationKind;
      status: EvaluationStatus;
      statusLabel: string;
      predicate: Predicate | null;
      predicateLabel: string | null;
      resultRating: Expectation | null;
      resultReason: string | null;
      behaviourRating: Expectation | null;
      behaviourReason: string | null;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      objectionUntil: string | null;
      signatures: {
        party: Party;
        at: string;
      }[];
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const DeliverEvaluationMutation: Operation<DeliverEvaluationMutationVariables, DeliverEvaluationMutationData> = { name: "DeliverEvaluationMutation", kind: "Mutation", id: "sha256:854b32da3976afb5a14d1854edda83bf1b67882d0824ec33ee34e16e1bf3cf1b" };

export type EvaluationCompletionQueryVariables = { unitId: string; periodId: string; depth: number };
export type EvaluationCompletionQueryData = {
  reports: {
    evaluationCompletion: {
      computedAt: {
        cursor: string | null;
        at: string;
      };
      rows: ({
        level: number;
        orgUnitCode: string;
        orgUnitName: string;
        orgUnit: {
          id: string;
        } | null;
        staff: number;
        open: number;
        selfReported: number;
        ratedDraft: number;
        finished: number;
        missing: number;
      })[];
    };
  };
};
export const EvaluationCompletionQuery: Operation<EvaluationCompletionQueryVariables, EvaluationCompletionQueryData> = { name: "EvaluationCompletionQuery", kind: "Query", id: "sha256:88df804f0e8122eda15e7f6b703bde94b678a0239e7e094e36a46ec2e985c46f" };

export type EvaluationQueryVariables = { id: string };
export type EvaluationQueryData = {
  evaluation: {
    id: string;
    version: number;
    kind: EvaluationKind;
    status: EvaluationStatus;
    statusLabel: string;
    predicate: Predicate | null;
    predicateLabel: string | null;
    resultRating: Expectation | null;
    resultReason: string | null;
    behaviourRating: Expectation | null;
    behaviourReason: string | null;
    allowedActions: ({
      action: Action;
      allowed: boolean;
      code: ErrorCode | null;
      message: string | null;
    })[];
    period: {
      id: string;
      year: number;
      part: number;
    } | null;
    plan: {
      id: string;
    } | null;
    staff: {
      id: string;
      name: string;
    } | null;
    rater: {
      name: string;
      position: string;
      unit: string;
    };
    selfNote: string | null;
    reportedAt: string | null;
    realisations: ({
      planResultId: string;
      indicatorId: string | null;
      value: string | null;
      text: string;
      evidence: ({
        id: string;
        url: string;
        label: string | null;
      })[];
    })[];
    resultRatings: ({
      planResultId: string;
      rating: Expectation;
      note: string | null;
    })[];
    behaviourRatings: ({
      criterionId: string;
      rating: Expectation;
      note: string | null;
    })[];
    orgUnitPredicate: OrgUnitPredicate | null;
    finalisedAt: string | null;
    deliveredAt: string | null;
    objectionUntil: string | null;
    signatures: ({
      party: Party;
      at: string;
      staff: {
        id: string;
        name: string;
      } | null;
    })[];
    recommendations: {
      kindLabel: string;
      text: string;
    }[];
    explanationNodes: ({
      id: string;
      parentId: string | null;
      label: string;
      input: string | null;
      exact: string;
      source: string | null;
    })[];
  } | null;
};
export const EvaluationQuery: Operation<EvaluationQueryVariables, EvaluationQueryData> = { name: "EvaluationQuery", kind: "Query", id: "sha256:571dace937c7307e782fa37370253c5a0f489fe72d06f2d41b64ccc0c1cf60d8" };

export type FinaliseEvaluationMutationVariables = { input: FinaliseEvaluationInput };
export type FinaliseEvaluationMutationData = {
  finaliseEvaluation: {
    evaluation: {
      id: string;
      version: number;
      kind: EvaluationKind;
      status: EvaluationStatus;
      statusLabel: string;
      predicate: Predicate | null;
      predicateLabel: string | null;
      resultRating: Expectation | null;
      resultReason: string | null;
      behaviourRating: Expectation | null;
      behaviourReason: string | null;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      objectionUntil: string | null;
      signatures: {
        party: Party;
        at: string;
      }[];
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const FinaliseEvaluationMutation: Operation<FinaliseEvaluationMutationVariables, FinaliseEvaluationMutationData> = { name: "FinaliseEvaluationMutation", kind: "Mutation", id: "sha256:80a99bceb86f6e12605c73b113661bee960de66f1f378777f512f71371ccb750" };

export type GiveFeedbackMutationVariables = { input: GiveFeedbackInput };
export type GiveFeedbackMutationData = {
  giveFeedback: {
    feedback: {
      id: string;
      text: string;
      givenAt: string;
      aboutKind: FeedbackKind;
      aboutId: string;
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const GiveFeedbackMutation: Operation<GiveFeedbackMutationVariables, GiveFeedbackMutationData> = { name: "GiveFeedbackMutation", kind: "Mutation", id: "sha256:221617a1cc835e7bb31cc3d12ed4f45c7ed5f8e5c46063c724c9d401bf42887c" };

export type LoginMutationVariables = { input: LoginInput };
export type LoginMutationData = {
  login: {
    accessToken: string | null;
    refreshToken: string | null;
    expiresAt: string | null;
    viewer: {
      staff: {
        id: string;
        name: string;
      } | null;
      roles: Role[];
    } | null;
    errors: ({
      code: ErrorCode;
      message: string;
      path: string[] | null;
    })[];
  };
};
export const LoginMutation: Operation<LoginMutationVariables, LoginMutationData> = { name: "LoginMutation", kind: "Mutation", id: "sha256:887b91e2198b1e2b7270e796c2b5631206fc6e319ef60bc27062980060436a5a" };

export type LogoutMutationVariables = { input: LogoutInput };
export type LogoutMutationData = {
  logout: {
    done: boolean;
    errors: ({
      code: ErrorCode;
      message: string;
      path: string[] | null;
    })[];
  };
};
export const LogoutMutation: Operation<LogoutMutationVariables, LogoutMutationData> = { name: "LogoutMutation", kind: "Mutation", id: "sha256:6f4e6071d0dd759cbde972711786a8a94d64401369494082d87d599a301c8bca" };

export type MyActivitiesQueryVariables = { planId: string; after?: string | null };
export type MyActivitiesQueryData = {
  activities: {
    edges: ({
      cursor: string;
      node: {
        id: string;
        version: number;
        status: ActivityStatus;
        statusLabel: string;
        clientKey: string;
        planResult: {
          id: string;
          title: string;
        } | null;
        startedAt: string;
        endedAt: string;
        description: string;
        realisation: string | null;
        unit: string | null;
        claimedAt: string | null;
        receivedAt: string;
        late: boolean;
        returnReason: string | null;
        evidence: ({
          id: string;
          url: string;
          label: string | null;
        })[];
      };
    })[];
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
  };
};
export const MyActivitiesQuery: Operation<MyActivitiesQueryVariables, MyActivitiesQueryData> = { name: "MyActivitiesQuery", kind: "Query", id: "sha256:d1ed6ffbca6a71dde6484cabd9c2c39ac89fb3d08e5865bdf531ade20b40a618" };

export type MyPlanQueryVariables = { id: string };
export type MyPlanQueryData = {
  plan: {
    id: string;
    version: number;
    status: PlanStatus;
    statusLabel: string;
    allowedActions: ({
      action: Action;
      allowed: boolean;
      code: ErrorCode | null;
      message: string | null;
    })[];
    period: {
      id: string;
      year: number;
      parts: {
        id: string;
        part: number;
        startsOn: string;
        endsOn: string;
      }[];
    } | null;
    startsOn: string;
    endsOn: string;
    submittedAt: string | null;
    decidedAt: string | null;
    decisionNote: string | null;
    rater: {
      name: string;
      position: string;
      unit: string;
    };
    currentRevision: {
      id: string;
      number: number;
      status: RevisionStatus;
      reason: string | null;
      approach: Approach;
      results: ({
        id: string;
        kind: ResultKind;
        title: string;
        provisional: boolean;
        assignedBy: string | null;
        serves: {
          id: string;
          title: string;
        } | null;
        indicators: ({
          id: string;
          aspect: Aspect | null;
          perspective: Perspective | null;
          text: string;
          target: {
            min: string;
            max: string;
          };
          unit: string;
          direction: Direction;
          targetIsMaximum: boolean;
        })[];
        actionPlans: ({
          id: string;
          text: string;
          target: string | null;
          period: {
            id: string;
            part: number;
          } | null;
        })[];
      })[];
      behaviourExpectations: {
        criterionId: string;
        text: string;
      }[];
    } | null;
    servableResults: {
      id: string;
      title: string;
    }[];
    evaluations: ({
      id: string;
      version: number;
      kind: EvaluationKind;
      status: EvaluationStatus;
      statusLabel: string;
      predicate: Predicate | null;
      predicateLabel: string | null;
      resultRating: Expectation | null;
      resultReason: string | null;
      behaviourRating: Expectation | null;
      behaviourReason: string | null;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      period: {
        id: string;
        part: number;
      } | null;
      objectionUntil: string | null;
    })[];
    feedback: ({
      id: string;
      text: string;
      givenAt: string;
      aboutKind: FeedbackKind;
      aboutId: string;
      author: {
        id: string;
        name: string;
      } | null;
    })[];
  } | null;
};
export const MyPlanQuery: Operation<MyPlanQueryVariables, MyPlanQueryData> = { name: "MyPlanQuery", kind: "Query", id: "sha256:69730e04adf9b7c1194aaf6819722139457e024b2479972761e03087061f4def" };

export type MyPlansQueryVariables = { staffId: string; after?: string | null };
export type MyPlansQueryData = {
  plans: {
    edges: ({
      cursor: string;
      node: {
        id: string;
        version: number;
        status: PlanStatus;
        statusLabel: string;
        allowedActions: ({
          action: Action;
          allowed: boolean;
          code: ErrorCode | null;
          message: string | null;
        })[];
        period: {
          id: string;
          year: number;
        } | null;
        endsOn: string;
      };
    })[];
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
  };
};
export const MyPlansQuery: Operation<MyPlansQueryVariables, MyPlansQueryData> = { name: "MyPlansQuery", kind: "Query", id: "sha256:683fdd721ef1a6e17427919e0b41ee87571be3bc2aaa31e3fbccee3d440c8829" };

export type PeriodsQueryVariables = { year: number };
export type PeriodsQueryData = {
  periods: {
    edges: {
      node: {
        id: string;
        year: number;
        part: number;
        status: PeriodStatus;
        startsOn: string;
        endsOn: string;
        planDeadline: string;
        reportDeadline: string;
        ratingDeadline: string;
      };
    }[];
  };
};
export const PeriodsQuery: Operation<PeriodsQueryVariables, PeriodsQueryData> = { name: "PeriodsQuery", kind: "Query", id: "sha256:6865ece9953c455ea9389dc1eff42cce491a8812403a8b94dd7cf29be4cc244d" };

export type PlanCompletionQueryVariables = { unitId: string; periodId: string; depth: number };
export type PlanCompletionQueryData = {
  reports: {
    planCompletion: {
      computedAt: {
        cursor: string | null;
        at: string;
      };
      rows: ({
        level: number;
        orgUnitCode: string;
        orgUnitName: string;
        orgUnit: {
          id: string;
        } | null;
        staff: number;
        draft: number;
        submitted: number;
        returned: number;
        approved: number;
        missing: number;
      })[];
    };
  };
};
export const PlanCompletionQuery: Operation<PlanCompletionQueryVariables, PlanCompletionQueryData> = { name: "PlanCompletionQuery", kind: "Query", id: "sha256:e99c331718f1ee2e0782dae37ff15fb00a8c93006e26cb19358a0f781ccc0204" };

export type PlanUpdatesSubscriptionVariables = { planId: string; after?: string | null; first?: number | null };
export type PlanUpdatesSubscriptionData = {
  planUpdates: {
    cursor: string;
    kind: EventKind;
    at: string;
    subjectVersion: number;
    actor: {
      id: string;
      name: string;
    } | null;
    subject: ({
      __typename: "Activity";
      id: string;
      version: number;
      activityStatus: ActivityStatus;
      description: string;
      plan: {
        id: string;
      } | null;
    } | {
      __typename: "Assignment" | "CriteriaSet" | "OrgUnit" | "Period" | "Staff";
    } | {
      __typename: "Evaluation";
      id: string;
      version: number;
      evaluationStatus: EvaluationStatus;
      kind: EvaluationKind;
      plan: {
        id: string;
      } | null;
    } | {
      __typename: "Feedback";
      id: string;
      text: string;
      aboutId: string;
    } | {
      __typename: "Plan";
      id: string;
      version: number;
      planStatus: PlanStatus;
      staff: {
        id: string;
        name: string;
      } | null;
    }) | null;
  };
};
export const PlanUpdatesSubscription: Operation<PlanUpdatesSubscriptionVariables, PlanUpdatesSubscriptionData> = { name: "PlanUpdatesSubscription", kind: "Subscription", id: "sha256:1f0fd21b40b9255bb9e078c47b04ed94631654c3f2a396b89aba3079db7176a7" };

export type PlansToReviewQueryVariables = { after?: string | null };
export type PlansToReviewQueryData = {
  plans: {
    edges: ({
      cursor: string;
      node: {
        id: string;
        version: number;
        status: PlanStatus;
        statusLabel: string;
        allowedActions: ({
          action: Action;
          allowed: boolean;
          code: ErrorCode | null;
          message: string | null;
        })[];
        late: boolean;
        submittedAt: string | null;
        staff: {
          id: string;
          name: string;
        } | null;
        currentRevision: {
          id: string;
          number: number;
          status: RevisionStatus;
          reason: string | null;
          approach: Approach;
          results: ({
            id: string;
            kind: ResultKind;
            title: string;
            provisional: boolean;
            assignedBy: string | null;
            serves: {
              id: string;
              title: string;
            } | null;
            indicators: ({
              id: string;
              aspect: Aspect | null;
              perspective: Perspective | null;
              text: string;
              target: {
                min: string;
                max: string;
              };
              unit: string;
              direction: Direction;
              targetIsMaximum: boolean;
            })[];
            actionPlans: ({
              id: string;
              text: string;
              target: string | null;
              period: {
                id: string;
                part: number;
              } | null;
            })[];
          })[];
          behaviourExpectations: {
            criterionId: string;
            text: string;
          }[];
        } | null;
      };
    })[];
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
  };
};
export const PlansToReviewQuery: Operation<PlansToReviewQueryVariables, PlansToReviewQueryData> = { name: "PlansToReviewQuery", kind: "Query", id: "sha256:6e07c71c1e1c38324f951739a071aeb8a2acb61aea8b1b03c65d076b24e55233" };

export type PredicateDistributionQueryVariables = { unitId: string; periodId: string; depth: number };
export type PredicateDistributionQueryData = {
  reports: {
    predicateDistribution: {
      computedAt: {
        cursor: string | null;
        at: string;
      };
      rows: ({
        level: number;
        orgUnitCode: string;
        orgUnitName: string;
        orgUnit: {
          id: string;
        } | null;
        staff: number;
        veryGood: number;
        good: number;
        needsImprovement: number;
        poor: number;
        veryPoor: number;
        notRated: number;
      })[];
    };
  };
};
export const PredicateDistributionQuery: Operation<PredicateDistributionQueryVariables, PredicateDistributionQueryData> = { name: "PredicateDistributionQuery", kind: "Query", id: "sha256:dda2a3d9bd34b03bc8b7f90217d715971f035e1231c7d94bcaac241bd4dbfcec" };

export type RateEvaluationMutationVariables = { input: RateEvaluationInput };
export type RateEvaluationMutationData = {
  rateEvaluation: {
    evaluation: {
      id: string;
      version: number;
      kind: EvaluationKind;
      status: EvaluationStatus;
      statusLabel: string;
      predicate: Predicate | null;
      predicateLabel: string | null;
      resultRating: Expectation | null;
      resultReason: string | null;
      behaviourRating: Expectation | null;
      behaviourReason: string | null;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      objectionUntil: string | null;
      signatures: {
        party: Party;
        at: string;
      }[];
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const RateEvaluationMutation: Operation<RateEvaluationMutationVariables, RateEvaluationMutationData> = { name: "RateEvaluationMutation", kind: "Mutation", id: "sha256:a9e0c6b364e8854753e68bf9fbbe5af4110bbdd4ce501d25bb4f36278d7f2a62" };

export type RecordActivitiesMutationVariables = { input: RecordActivitiesInput };
export type RecordActivitiesMutationData = {
  recordActivities: {
    results: ({
      row: number;
      activity: {
        id: string;
        version: number;
        status: ActivityStatus;
        statusLabel: string;
        clientKey: string;
        planResult: {
          id: string;
          title: string;
        } | null;
        startedAt: string;
        endedAt: string;
        description: string;
        realisation: string | null;
        unit: string | null;
        claimedAt: string | null;
        receivedAt: string;
        late: boolean;
        returnReason: string | null;
        evidence: ({
          id: string;
          url: string;
          label: string | null;
        })[];
      } | null;
      errors: (({
        __typename: "ActionError" | "InputError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
      } | {
        __typename: "ConflictError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
        currentVersion: number;
      } | {
        __typename: "TransitionError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
        from: string;
        allowed: string[];
      }))[];
      overlaps: string[];
    })[];
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const RecordActivitiesMutation: Operation<RecordActivitiesMutationVariables, RecordActivitiesMutationData> = { name: "RecordActivitiesMutation", kind: "Mutation", id: "sha256:c389b4991313b0c34841f156918c4affc2c35196b82765061dba926401fa12c5" };

export type RefreshSessionMutationVariables = { input: RefreshSessionInput };
export type RefreshSessionMutationData = {
  refreshSession: {
    accessToken: string | null;
    refreshToken: string | null;
    expiresAt: string | null;
    viewer: {
      staff: {
        id: string;
        name: string;
      } | null;
      roles: Role[];
    } | null;
    errors: ({
      code: ErrorCode;
      message: string;
      path: string[] | null;
    })[];
  };
};
export const RefreshSessionMutation: Operation<RefreshSessionMutationVariables, RefreshSessionMutationData> = { name: "RefreshSessionMutation", kind: "Mutation", id: "sha256:87816abe733072aedf61fcc213d7efe8dfb40175d68568ec51183b15d328994f" };

export type ReportRealisationMutationVariables = { input: ReportRealisationInput };
export type ReportRealisationMutationData = {
  reportRealisation: {
    evaluation: {
      id: string;
      version: number;
      kind: EvaluationKind;
      status: EvaluationStatus;
      statusLabel: string;
      predicate: Predicate | null;
      predicateLabel: string | null;
      resultRating: Expectation | null;
      resultReason: string | null;
      behaviourRating: Expectation | null;
      behaviourReason: string | null;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      reportedAt: string | null;
      realisations: ({
        planResultId: string;
        indicatorId: string | null;
        value: string | null;
        text: string;
      })[];
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const ReportRealisationMutation: Operation<ReportRealisationMutationVariables, ReportRealisationMutationData> = { name: "ReportRealisationMutation", kind: "Mutation", id: "sha256:aa374ee6c772ca7c9202a7dc4a59ff12c715a5039ab03ae28abedb607df76096" };

export type ReviewActivitiesMutationVariables = { input: ReviewActivitiesInput };
export type ReviewActivitiesMutationData = {
  reviewActivities: {
    results: ({
      row: number;
      activity: {
        id: string;
        version: number;
        status: ActivityStatus;
        statusLabel: string;
        clientKey: string;
        planResult: {
          id: string;
          title: string;
        } | null;
        startedAt: string;
        endedAt: string;
        description: string;
        realisation: string | null;
        unit: string | null;
        claimedAt: string | null;
        receivedAt: string;
        late: boolean;
        returnReason: string | null;
        evidence: ({
          id: string;
          url: string;
          label: string | null;
        })[];
      } | null;
      errors: (({
        __typename: "ActionError" | "InputError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
      } | {
        __typename: "ConflictError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
        currentVersion: number;
      } | {
        __typename: "TransitionError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
        from: string;
        allowed: string[];
      }))[];
      overlaps: string[];
    })[];
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const ReviewActivitiesMutation: Operation<ReviewActivitiesMutationVariables, ReviewActivitiesMutationData> = { name: "ReviewActivitiesMutation", kind: "Mutation", id: "sha256:a1a9622b5de2c6f3682b1812d3bac9724b93a5ed5367a4de9dbee4f5beb9effb" };

export type ReviewPlanMutationVariables = { input: ReviewPlanInput };
export type ReviewPlanMutationData = {
  reviewPlan: {
    plan: {
      id: string;
      version: number;
      status: PlanStatus;
      statusLabel: string;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      submittedAt: string | null;
      decidedAt: string | null;
      decisionNote: string | null;
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const ReviewPlanMutation: Operation<ReviewPlanMutationVariables, ReviewPlanMutationData> = { name: "ReviewPlanMutation", kind: "Mutation", id: "sha256:cd8d5033bf9b1e8d358d5649292d7262dd2d2d3bfdae36bf812ee2c2e88dadc0" };

export type ReviewUpdatesSubscriptionVariables = { after?: string | null; first?: number | null };
export type ReviewUpdatesSubscriptionData = {
  reviewUpdates: {
    cursor: string;
    kind: EventKind;
    at: string;
    subjectVersion: number;
    actor: {
      id: string;
      name: string;
    } | null;
    subject: ({
      __typename: "Activity";
      id: string;
      version: number;
      activityStatus: ActivityStatus;
      description: string;
      plan: {
        id: string;
      } | null;
    } | {
      __typename: "Assignment" | "CriteriaSet" | "OrgUnit" | "Period" | "Staff";
    } | {
      __typename: "Evaluation";
      id: string;
      version: number;
      evaluationStatus: EvaluationStatus;
      kind: EvaluationKind;
      plan: {
        id: string;
      } | null;
    } | {
      __typename: "Feedback";
      id: string;
      text: string;
      aboutId: string;
    } | {
      __typename: "Plan";
      id: string;
      version: number;
      planStatus: PlanStatus;
      staff: {
        id: string;
        name: string;
      } | null;
    }) | null;
  };
};
export const ReviewUpdatesSubscription: Operation<ReviewUpdatesSubscriptionVariables, ReviewUpdatesSubscriptionData> = { name: "ReviewUpdatesSubscription", kind: "Subscription", id: "sha256:71fb2bd77cc011b22dfc36fd22eda50408a5169fe80571efbde485f623076d01" };

export type RevokeSessionMutationVariables = { input: RevokeSessionInput };
export type RevokeSessionMutationData = {
  revokeSession: {
    done: boolean;
    errors: ({
      code: ErrorCode;
      message: string;
      path: string[] | null;
    })[];
  };
};
export const RevokeSessionMutation: Operation<RevokeSessionMutationVariables, RevokeSessionMutationData> = { name: "RevokeSessionMutation", kind: "Mutation", id: "sha256:0d7df6640a9a06c1da9544bea8b9e426325acaf3f8b7584a5f6b34664c588588" };

export type SignEvaluationMutationVariables = { input: SignEvaluationInput };
export type SignEvaluationMutationData = {
  signEvaluation: {
    evaluation: {
      id: string;
      version: number;
      kind: EvaluationKind;
      status: EvaluationStatus;
      statusLabel: string;
      predicate: Predicate | null;
      predicateLabel: string | null;
      resultRating: Expectation | null;
      resultReason: string | null;
      behaviourRating: Expectation | null;
      behaviourReason: string | null;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      objectionUntil: string | null;
      signatures: {
        party: Party;
        at: string;
      }[];
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const SignEvaluationMutation: Operation<SignEvaluationMutationVariables, SignEvaluationMutationData> = { name: "SignEvaluationMutation", kind: "Mutation", id: "sha256:261e95b00da64205713dc1ee270ecaa98873fc2fb761ef2462eb1a4221d63343" };

export type SubmitActivitiesMutationVariables = { input: SubmitActivitiesInput };
export type SubmitActivitiesMutationData = {
  submitActivities: {
    results: ({
      row: number;
      activity: {
        id: string;
        version: number;
        status: ActivityStatus;
        statusLabel: string;
        clientKey: string;
        planResult: {
          id: string;
          title: string;
        } | null;
        startedAt: string;
        endedAt: string;
        description: string;
        realisation: string | null;
        unit: string | null;
        claimedAt: string | null;
        receivedAt: string;
        late: boolean;
        returnReason: string | null;
        evidence: ({
          id: string;
          url: string;
          label: string | null;
        })[];
      } | null;
      errors: (({
        __typename: "ActionError" | "InputError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
      } | {
        __typename: "ConflictError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
        currentVersion: number;
      } | {
        __typename: "TransitionError";
        code: ErrorCode;
        message: string;
        path: string[] | null;
        from: string;
        allowed: string[];
      }))[];
      overlaps: string[];
    })[];
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const SubmitActivitiesMutation: Operation<SubmitActivitiesMutationVariables, SubmitActivitiesMutationData> = { name: "SubmitActivitiesMutation", kind: "Mutation", id: "sha256:c3a828a5fb5c1fa446314755dbb3174bd37f33d309f14a1a1daf7af0abceda13" };

export type SubmitPlanMutationVariables = { input: SubmitPlanInput };
export type SubmitPlanMutationData = {
  submitPlan: {
    plan: {
      id: string;
      version: number;
      status: PlanStatus;
      statusLabel: string;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      submittedAt: string | null;
      decidedAt: string | null;
      decisionNote: string | null;
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const SubmitPlanMutation: Operation<SubmitPlanMutationVariables, SubmitPlanMutationData> = { name: "SubmitPlanMutation", kind: "Mutation", id: "sha256:b86f852f87ac8e13852e612d8d7914ea0e22b67d9ec9286c05f3e7451336a8e9" };

export type UpdatePlanMutationVariables = { input: UpdatePlanInput };
export type UpdatePlanMutationData = {
  updatePlan: {
    plan: {
      id: string;
      version: number;
      status: PlanStatus;
      statusLabel: string;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      currentRevision: {
        id: string;
        number: number;
        status: RevisionStatus;
        reason: string | null;
        approach: Approach;
        results: ({
          id: string;
          kind: ResultKind;
          title: string;
          provisional: boolean;
          assignedBy: string | null;
          serves: {
            id: string;
            title: string;
          } | null;
          indicators: ({
            id: string;
            aspect: Aspect | null;
            perspective: Perspective | null;
            text: string;
            target: {
              min: string;
              max: string;
            };
            unit: string;
            direction: Direction;
            targetIsMaximum: boolean;
          })[];
          actionPlans: ({
            id: string;
            text: string;
            target: string | null;
            period: {
              id: string;
              part: number;
            } | null;
          })[];
        })[];
        behaviourExpectations: {
          criterionId: string;
          text: string;
        }[];
      } | null;
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const UpdatePlanMutation: Operation<UpdatePlanMutationVariables, UpdatePlanMutationData> = { name: "UpdatePlanMutation", kind: "Mutation", id: "sha256:73725e15be48395f7252a71300806fa9422ecfa088cd850d0c7c2d41d9593da8" };

export type UpdatesQueryVariables = { after?: string | null; first?: number | null };
export type UpdatesQueryData = {
  updates: {
    edges: ({
      cursor: string;
      node: {
        cursor: string;
        kind: EventKind;
        at: string;
        subjectVersion: number;
        actor: {
          id: string;
          name: string;
        } | null;
        subject: ({
          __typename: "Activity";
          id: string;
          version: number;
          activityStatus: ActivityStatus;
          description: string;
          plan: {
            id: string;
          } | null;
        } | {
          __typename: "Assignment" | "CriteriaSet" | "OrgUnit" | "Period" | "Staff";
        } | {
          __typename: "Evaluation";
          id: string;
          version: number;
          evaluationStatus: EvaluationStatus;
          kind: EvaluationKind;
          plan: {
            id: string;
          } | null;
        } | {
          __typename: "Feedback";
          id: string;
          text: string;
          aboutId: string;
        } | {
          __typename: "Plan";
          id: string;
          version: number;
          planStatus: PlanStatus;
          staff: {
            id: string;
            name: string;
          } | null;
        }) | null;
      };
    })[];
    pageInfo: {
      hasNextPage: boolean;
      endCursor: string | null;
    };
  };
};
export const UpdatesQuery: Operation<UpdatesQueryVariables, UpdatesQueryData> = { name: "UpdatesQuery", kind: "Query", id: "sha256:633fc04e995a73dd76f492c33e968f98ac3116a5a922afdc377af0140fdeeec0" };

export type ViewerQueryVariables = {  };
export type ViewerQueryData = {
  viewer: {
    roles: Role[];
    staff: {
      id: string;
      name: string;
      nip: string | null;
      assignment: {
        id: string;
        unit: {
          id: string;
          name: string;
        } | null;
        position: {
          id: string;
          name: string;
        } | null;
        superior: {
          id: string;
          staff: {
            id: string;
            name: string;
          } | null;
        } | null;
      } | null;
    } | null;
    worklist: ({
      kind: WorklistKind;
      kindLabel: string;
      deadline: string | null;
      staff: {
        id: string;
        name: string;
      } | null;
      subject: ({
        __typename: "Activity";
        id: string;
        version: number;
        activityStatus: ActivityStatus;
      } | {
        __typename: "Evaluation";
        id: string;
        version: number;
        evaluationStatus: EvaluationStatus;
      } | {
        __typename: "Period";
        id: string;
        year: number;
        part: number;
      } | {
        __typename: "Plan";
        id: string;
        version: number;
        planStatus: PlanStatus;
      });
    })[];
    subordinates: {
      id: string;
      name: string;
    }[];
    sessions: ({
      id: string;
      client: string | null;
      createdAt: string;
      refreshedAt: string;
      current: boolean;
    })[];
  };
};
export const ViewerQuery: Operation<ViewerQueryVariables, ViewerQueryData> = { name: "ViewerQuery", kind: "Query", id: "sha256:050dce4d1a8ff22c67a588392e3a483347905d35046dd4fe777869e238556149" };

export type WithdrawPlanMutationVariables = { input: WithdrawPlanInput };
export type WithdrawPlanMutationData = {
  withdrawPlan: {
    plan: {
      id: string;
      version: number;
      status: PlanStatus;
      statusLabel: string;
      allowedActions: ({
        action: Action;
        allowed: boolean;
        code: ErrorCode | null;
        message: string | null;
      })[];
      submittedAt: string | null;
      decidedAt: string | null;
      decisionNote: string | null;
    } | null;
    errors: (({
      __typename: "ActionError" | "InputError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
    } | {
      __typename: "ConflictError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      currentVersion: number;
    } | {
      __typename: "TransitionError";
      code: ErrorCode;
      message: string;
      path: string[] | null;
      from: string;
      allowed: string[];
    }))[];
  };
};
export const WithdrawPlanMutation: Operation<WithdrawPlanMutationVariables, WithdrawPlanMutationData> = { name: "WithdrawPlanMutation", kind: "Mutation", id: "sha256:1a2f5a77722218ba70d3cd382da9cbb6bd645eeae1e3605bbd6681c2375892fd" };
