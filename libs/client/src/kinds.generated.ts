// Made from the registry of kinds; make it again with `npm run client:kinds`.

/** The payload of every kind. */
export interface Payloads {
  /** The firm told the party that its complaint had arrived. */
  readonly 'rapport.complaint.ComplaintAcknowledged.v1': {
    /** What the party was told */
    readonly text?: string;
  };
  /** The firm assessed a complaint: how grave, how urgent. */
  readonly 'rapport.complaint.ComplaintAssessed.v1': {
    /** How grave it is found to be */
    readonly severity?: 'minor' | 'major' | 'critical';
    /** Whether it must be dealt with at once */
    readonly urgent?: boolean;
  };
  /** The complaint was closed, to the satisfaction of the party or not. */
  readonly 'rapport.complaint.ComplaintClosed.v1': {
    /** Whether the party is satisfied with how it ended */
    readonly satisfied: boolean;
  };
  /** The party did not accept how its complaint was handled; a closed complaint is open again. */
  readonly 'rapport.complaint.ComplaintDisputed.v1': {
    /** On what ground */
    readonly reason?: string;
  };
  /** The firm looked into the causes of a complaint. */
  readonly 'rapport.complaint.ComplaintInvestigated.v1': {
    /** What caused it */
    readonly cause?: string;
    /** Whether the complaint is justified */
    readonly justified?: boolean;
    /** What was found */
    readonly text?: string;
  };
  /** The party complained: a complaint begins (ISO 10002). */
  readonly 'rapport.complaint.ComplaintReceived.v1': {
    /** What sort of complaint */
    readonly category: string;
    /** How grave it is */
    readonly severity: 'minor' | 'major' | 'critical';
    /** The complaint in the words of the party */
    readonly text?: string;
  };
  /** The firm told the party what came of its complaint. */
  readonly 'rapport.complaint.ComplaintResponded.v1': {
    /** The response */
    readonly text?: string;
  };
  /** The party accepted a remedy for its complaint. */
  readonly 'rapport.complaint.RemedyAccepted.v1': {
    /** What was accepted */
    readonly remedy?: string;
  };
  /** The firm offered the party a remedy for its complaint. */
  readonly 'rapport.complaint.RemedyOffered.v1': {
    /** What was offered */
    readonly remedy?: string;
  };
  /** An auditor looked at records of the ledger; `actorid` says who. */
  readonly 'rapport.governance.AuditorViewed.v1': {
    /** What was looked at */
    readonly scope: string;
    /** What for */
    readonly purpose?: string;
  };
  /** The ledger was sealed: its proof log reached this size and root. */
  readonly 'rapport.governance.LedgerSealed.v1': {
    /** Leaves in the tree */
    readonly treeSize: number;
    /** Root of the tree, lower-case hex */
    readonly rootHash: string;
    /** Root of the completeness map over these leaves, lower-case hex */
    readonly mapRoot?: string;
  };
  /** The firm published a version of a policy. */
  readonly 'rapport.governance.PolicyPublished.v1': {
    /** Name of the policy */
    readonly policy: string;
    /** Version of the policy */
    readonly version: number;
    /** What it says */
    readonly text?: string;
    /** First day on which it holds */
    readonly validFrom?: string;
  };
  /** The firm published a version of the rules that loyalty scores are computed with. */
  readonly 'rapport.governance.ScoringRulesPublished.v1': {
    /** Version of the rules */
    readonly version: number;
    /** The rules: weights, half-lives and caps by signal, tiers */
    readonly rules: { readonly [member: string]: unknown };
  };
  /** The firm defined who belongs to a segment, in a numbered version. */
  readonly 'rapport.governance.SegmentDefined.v1': {
    /** Name of the segment */
    readonly segment: string;
    /** Version of its definition */
    readonly version: number;
    /** Who belongs to it: conditions in the form of a query */
    readonly definition: { readonly [member: string]: unknown };
  };
  /** An earlier touchpoint was recorded wrongly: from now on it counts with this payload. The record of both stays. */
  readonly 'rapport.governance.TouchpointCorrected.v1': {
    /** The whole payload as it should have been, in the shape of the corrected kind */
    readonly data: { readonly [member: string]: unknown };
    /** When it really happened, if the time was wrong too */
    readonly time?: string;
    /** What was wrong */
    readonly reason?: string;
  };
  /** An earlier touchpoint did not happen: from now on it does not count. The record of it stays. */
  readonly 'rapport.governance.TouchpointVoided.v1': {
    /** Why it does not count */
    readonly reason: string;
  };
  /** The firm compared alternatives for the party and advised one of them. */
  readonly 'rapport.inquiry.AdviceGiven.v1': {
    /** What there was to choose from */
    readonly alternatives: readonly string[];
    /** What was advised */
    readonly chosen: string;
    /** Why */
    readonly reason?: string;
  };
  /** It became clear whether what the firm advised fits what the party needs. */
  readonly 'rapport.inquiry.FitConfirmed.v1': {
    /** Whether it fits */
    readonly fits: boolean;
    /** The offering that was tried */
    readonly offering?: string;
    /** What decided it */
    readonly reason?: string;
  };
  /** The firm answered an inquiry of the party. */
  readonly 'rapport.inquiry.InquiryAnswered.v1': {
    /** The answer */
    readonly text?: string;
  };
  /** The party asked about something. */
  readonly 'rapport.inquiry.InquiryReceived.v1': {
    /** What it is about */
    readonly topic: string;
    /** The product or service asked about */
    readonly offering?: string;
    /** The question in the words of the party */
    readonly text?: string;
  };
  /** It was decided not to meet a need of the party. */
  readonly 'rapport.need.NeedDeclined.v1': {
    /** What was needed */
    readonly need?: string;
    /** What the firm would have gained, from 0 (nothing) to 10 (very much) */
    readonly benefitUs: number;
    /** What the party would have gained, from 0 (nothing) to 10 (very much) */
    readonly benefitThem: number;
  };
  /** A need of the party came to light. */
  readonly 'rapport.need.NeedDiscovered.v1': {
    /** What is needed */
    readonly need: string;
    /** The touchpoint that showed it */
    readonly viaEvent?: string;
  };
  /** The firm found an offering that could meet a need of the party. */
  readonly 'rapport.need.NeedMatched.v1': {
    /** What is needed */
    readonly need?: string;
    /** What could meet it */
    readonly offering: string;
  };
  /** A need of the party was met, with benefit to both sides. */
  readonly 'rapport.need.NeedSatisfied.v1': {
    /** What was needed */
    readonly need?: string;
    /** What the firm gained, from 0 (nothing) to 10 (very much) */
    readonly benefitUs: number;
    /** What the party gained, from 0 (nothing) to 10 (very much) */
    readonly benefitThem: number;
  };
  /** The party said what it prefers. */
  readonly 'rapport.need.PreferenceExpressed.v1': {
    /** What the preference is about */
    readonly about: string;
    /** What is preferred */
    readonly value: string;
  };
  /** The sides changed clauses of a signed contract. */
  readonly 'rapport.negotiation.ContractAmended.v1': {
    /** The clauses that changed, as they stand now */
    readonly terms: readonly {
      /** The clause */
      readonly clause: string;
      /** What it says */
      readonly value: string;
    }[];
  };
  /** The sides renewed a signed contract for another term. */
  readonly 'rapport.negotiation.ContractRenewed.v1': {
    /** First day of the new term */
    readonly validFrom?: string;
    /** Last day of the new term; without one it has no end */
    readonly validTo?: string;
  };
  /** The sides signed a contract; the negotiation has come to its end. */
  readonly 'rapport.negotiation.ContractSigned.v1': {
    /** What was agreed, clause by clause */
    readonly terms: readonly {
      /** The clause */
      readonly clause: string;
      /** What it says */
      readonly value: string;
    }[];
    /** First day on which it holds */
    readonly validFrom: string;
    /** Last day on which it holds; without one it has no end */
    readonly validTo?: string;
    /** What it is worth */
    readonly value?: {
      /** Whole minor units (cents) */
      readonly amountMinor: number;
      /** ISO 4217 code */
      readonly currency: string;
    };
  };
  /** One side or both ended a signed contract. */
  readonly 'rapport.negotiation.ContractTerminated.v1': {
    /** Why */
    readonly reason: string;
    /** Last day on which it holds */
    readonly endsOn?: string;
  };
  /** The negotiation ended without a contract. */
  readonly 'rapport.negotiation.NegotiationAbandoned.v1': {
    /** Why */
    readonly reason?: string;
  };
  /** The firm and the party began to negotiate. */
  readonly 'rapport.negotiation.NegotiationOpened.v1': {
    /** What it is about */
    readonly topic?: string;
  };
  /** One side agreed to a clause that was proposed or countered. */
  readonly 'rapport.negotiation.TermAccepted.v1': {
    /** The clause */
    readonly clause: string;
    /** What the clause says in this move */
    readonly value: string;
    /** The round of the negotiation */
    readonly round?: number;
  };
  /** One side answered a proposed clause with a proposal of its own. */
  readonly 'rapport.negotiation.TermCountered.v1': {
    /** The clause */
    readonly clause: string;
    /** What the clause says in this move */
    readonly value: string;
    /** The round of the negotiation */
    readonly round?: number;
  };
  /** One side proposed what a clause should say. */
  readonly 'rapport.negotiation.TermProposed.v1': {
    /** The clause */
    readonly clause: string;
    /** What the clause says in this move */
    readonly value: string;
    /** The round of the negotiation */
    readonly round?: number;
  };
  /** One side refused a clause. */
  readonly 'rapport.negotiation.TermRejected.v1': {
    /** The clause */
    readonly clause: string;
    /** What the clause says in this move */
    readonly value: string;
    /** The round of the negotiation */
    readonly round?: number;
  };
  /** An attribute of the party was observed, sociodemographic or behavioural. */
  readonly 'rapport.party.AttributeObserved.v1': {
    /** Name of the attribute */
    readonly name: string;
    /** What was observed */
    readonly value: string;
    /** Whether it describes who the party is or what it does */
    readonly provenance: 'sociodemographic' | 'behavioural';
  };
  /** The party gave its consent to a purpose. */
  readonly 'rapport.party.ConsentGranted.v1': {
    /** What the consent is for */
    readonly purpose: string;
    /** On which basis: a form, a call, a contract … */
    readonly basis: string;
  };
  /** The party took back its consent to a purpose. */
  readonly 'rapport.party.ConsentWithdrawn.v1': {
    /** What the consent was for */
    readonly purpose: string;
    /** How it was withdrawn */
    readonly basis?: string;
  };
  /** The personal values of the party have to be kept: nobody may erase them until it is released. */
  readonly 'rapport.party.LegalHoldPlaced.v1': {
    /** What orders it, as a reference and not as a story: a case number … */
    readonly reference: string;
    /** The day on which it is to be looked at again */
    readonly reviewOn?: string;
  };
  /** A legal hold on the personal values of the party has ended. */
  readonly 'rapport.party.LegalHoldReleased.v1': {
    /** The reference of the hold */
    readonly reference: string;
  };
  /** Another id turned out to be the same party: from now on its touchpoints count for this one. */
  readonly 'rapport.party.PartiesMerged.v1': {
    /** The id that is absorbed; the subject of the touchpoint stays */
    readonly absorbed: string;
    /** Why they are one */
    readonly basis: string;
  };
  /** A merge turned out to be wrong: the absorbed id stands for a party of its own again. */
  readonly 'rapport.party.PartiesUnmerged.v1': {
    /** The id that was absorbed and stands for itself again */
    readonly absorbed: string;
    /** Why they are two */
    readonly basis: string;
  };
  /** An identifier of the party became known: a name, an address, a number. */
  readonly 'rapport.party.PartyIdentified.v1': {
    /** What sort of identifier: name, email, phone, customerNumber … */
    readonly idType: string;
    /** The identifier itself */
    readonly value: string;
  };
  /** A person or an organisation was registered as a party, possibly as part of another. */
  readonly 'rapport.party.PartyRegistered.v1': {
    /** Whether it is a person or an organisation */
    readonly kind: 'person' | 'organisation';
    /** Line of business */
    readonly sector?: string;
    /** ISO 3166-1 alpha-2 country */
    readonly country?: string;
    /** The organisation it is part of */
    readonly partOf?: string;
  };
  /** The personal values of the party were erased; what happened stays on record without them. */
  readonly 'rapport.party.PersonalDataErased.v1': {
    /** Why: a request of the party, a retention period … */
    readonly basis: string;
    /** The day on which the party asked for it */
    readonly requestedOn?: string;
    /** Who approved it, where a second person had to */
    readonly approvedBy?: string;
    /** The key that was destroyed; none when there was none */
    readonly keyid?: string;
    /** How many personal values became unreadable */
    readonly parts?: number;
  };
  /** The party spoke of the firm to others, well or badly. */
  readonly 'rapport.referral.RecommendationMade.v1': {
    /** How it speaks of the firm */
    readonly valence: 'positive' | 'neutral' | 'negative';
    /** How many people it reached */
    readonly reach?: number;
    /** The party that was told, when it is known */
    readonly to?: string;
    /** What it was about */
    readonly about?: string;
  };
  /** The prospect that the party had referred got in touch with the firm. */
  readonly 'rapport.referral.ReferralAccepted.v1': {
    /** Who was referred */
    readonly prospect: string;
  };
  /** The prospect that the party had referred bought something. */
  readonly 'rapport.referral.ReferralConverted.v1': {
    /** Who was referred */
    readonly prospect: string;
    /** The sale to the prospect */
    readonly sale: string;
    /** Whether the prospect would have come without the referral */
    readonly counterfactual: 'wouldNotHaveCome' | 'wouldHaveCome';
    /** What that is concluded from: a survey, a model, the word of the prospect … */
    readonly basis: string;
    /** What the sale was worth */
    readonly value?: {
      /** Whole minor units (cents) */
      readonly amountMinor: number;
      /** ISO 4217 code */
      readonly currency: string;
    };
  };
  /** The party referred a prospect to the firm. */
  readonly 'rapport.referral.ReferralMade.v1': {
    /** Who was referred */
    readonly prospect: string;
    /** How: in talk, by a link, by a card … */
    readonly medium?: string;
  };
  /** The firm decided that a referral of the party does not count. */
  readonly 'rapport.referral.ReferralRejected.v1': {
    /** Who was referred */
    readonly prospect: string;
    /** Why: of oneself, in a circle, outside the time allowed, or known already */
    readonly reason: 'self' | 'cycle' | 'window' | 'known';
  };
  /** The relationship with the party ended. */
  readonly 'rapport.relationship.RelationshipClosed.v1': {
    /** Why it ended */
    readonly reason: string;
  };
  /** The relationship with the party began, in a role and a mode. */
  readonly 'rapport.relationship.RelationshipOpened.v1': {
    /** What the party is to the firm */
    readonly role:
      | 'customer'
      | 'prospect'
      | 'supplier'
      | 'vendor'
      | 'distributor'
      | 'intermediary'
      | 'influencer'
      | 'associate';
    /** Business with a consumer or with a business */
    readonly mode: 'b2c' | 'b2b';
    /** How complex what is traded is */
    readonly offeringComplexity?: 'low' | 'medium' | 'high';
    /** How much the price decides */
    readonly priceSensitivity?: 'low' | 'medium' | 'high';
  };
  /** A relationship that had ended, or had fallen silent, began again. */
  readonly 'rapport.relationship.RelationshipRevived.v1': {
    /** What brought the party back */
    readonly reason?: string;
  };
  /** The party took on one more role in the relationship. */
  readonly 'rapport.relationship.RoleAdded.v1': {
    /** What the party now is to the firm as well */
    readonly role:
      | 'customer'
      | 'prospect'
      | 'supplier'
      | 'vendor'
      | 'distributor'
      | 'intermediary'
      | 'influencer'
      | 'associate';
  };
  /** The firm told the party of a new offering. */
  readonly 'rapport.sale.InnovationBriefingGiven.v1': {
    /** The new product, service or option */
    readonly offering: string;
  };
  /** The party accepted an offer of the firm. */
  readonly 'rapport.sale.OfferAccepted.v1': {
    /** The offer */
    readonly offer?: string;
  };
  /** The party declined an offer of the firm. */
  readonly 'rapport.sale.OfferDeclined.v1': {
    /** Why */
    readonly reason?: string;
    /** The offer */
    readonly offer?: string;
  };
  /** The firm made the party an offer: cross-selling, up-selling or a renewal, personal when it rests on touchpoints. */
  readonly 'rapport.sale.OfferMade.v1': {
    /** Something beside, something better, or the same again */
    readonly kind: 'cross' | 'up' | 'renewal';
    /** What was offered */
    readonly offering?: string;
    /** The touchpoints that make the offer personal; none for a generic offer */
    readonly basis?: readonly string[];
  };
  /** The party decided against the firm, or for nobody. */
  readonly 'rapport.sale.OpportunityLost.v1': {
    /** Why */
    readonly reason: string;
  };
  /** A sale to the party became possible. */
  readonly 'rapport.sale.OpportunityOpened.v1': {
    /** What might be sold */
    readonly offering?: string;
    /** What it might bring */
    readonly value?: {
      /** Whole minor units (cents) */
      readonly amountMinor: number;
      /** ISO 4217 code */
      readonly currency: string;
    };
    /** When it is expected to be decided */
    readonly expectedOn?: string;
  };
  /** The party decided for the firm. */
  readonly 'rapport.sale.OpportunityWon.v1': {
    /** What it brings */
    readonly value?: {
      /** Whole minor units (cents) */
      readonly amountMinor: number;
      /** ISO 4217 code */
      readonly currency: string;
    };
  };
  /** The firm sent the party a quote. */
  readonly 'rapport.sale.QuoteSent.v1': {
    /** Number of the quote */
    readonly quote?: string;
    /** The price */
    readonly value?: {
      /** Whole minor units (cents) */
      readonly amountMinor: number;
      /** ISO 4217 code */
      readonly currency: string;
    };
    /** Last day on which it holds */
    readonly validTo?: string;
  };
  /** The party bought something. The lines share one currency; the amount is the sum of quantity times unit price. */
  readonly 'rapport.sale.SaleCompleted.v1': {
    /** What was sold */
    readonly lines: readonly {
      /** What was sold: the article number */
      readonly sku: string;
      /** How many */
      readonly quantity: number;
      /** Price of one */
      readonly unitPrice: {
        /** Whole minor units (cents) */
        readonly amountMinor: number;
        /** ISO 4217 code */
        readonly currency: string;
      };
      /** What one cost the firm */
      readonly unitCost?: {
        /** Whole minor units (cents) */
        readonly amountMinor: number;
        /** ISO 4217 code */
        readonly currency: string;
      };
      /** What it is */
      readonly description?: string;
    }[];
    /** What the sale came from */
    readonly origin?: 'repeat' | 'referral' | 'campaign' | 'crossSell' | 'upSell' | 'organic';
    /** The touchpoint it came from */
    readonly originEvent?: string;
  };
  /** The party returned something it had bought. Quantities and amounts count what came back and are above zero. */
  readonly 'rapport.sale.SaleReturned.v1': {
    /** What came back, at the price it was sold for */
    readonly lines: readonly {
      /** What was sold: the article number */
      readonly sku: string;
      /** How many */
      readonly quantity: number;
      /** Price of one */
      readonly unitPrice: {
        /** Whole minor units (cents) */
        readonly amountMinor: number;
        /** ISO 4217 code */
        readonly currency: string;
      };
      /** What one cost the firm */
      readonly unitCost?: {
        /** Whole minor units (cents) */
        readonly amountMinor: number;
        /** ISO 4217 code */
        readonly currency: string;
      };
      /** What it is */
      readonly description?: string;
    }[];
    /** Why */
    readonly reason?: string;
    /** The sale it belongs to */
    readonly sale?: string;
  };
  /** The party cancelled a subscription. */
  readonly 'rapport.sale.SubscriptionCancelled.v1': {
    /** The plan */
    readonly plan: string;
    /** Why */
    readonly reason?: string;
  };
  /** The party renewed a subscription for another term. */
  readonly 'rapport.sale.SubscriptionRenewed.v1': {
    /** The plan */
    readonly plan: string;
    /** Price of one term */
    readonly price?: {
      /** Whole minor units (cents) */
      readonly amountMinor: number;
      /** ISO 4217 code */
      readonly currency: string;
    };
    /** Last day of the new term */
    readonly validTo?: string;
  };
  /** The party began a subscription. */
  readonly 'rapport.sale.SubscriptionStarted.v1': {
    /** The plan */
    readonly plan: string;
    /** Price of one term */
    readonly price?: {
      /** Whole minor units (cents) */
      readonly amountMinor: number;
      /** ISO 4217 code */
      readonly currency: string;
    };
    /** Last day of the term */
    readonly validTo?: string;
  };
  /** The firm reacted to a request for help for the first time. */
  readonly 'rapport.support.SupportFirstResponded.v1': {
    /** What the party was told */
    readonly text?: string;
  };
  /** What had been solved came up again. */
  readonly 'rapport.support.SupportReopened.v1': {
    /** Why */
    readonly reason?: string;
  };
  /** The party asked for help with something it has. */
  readonly 'rapport.support.SupportRequested.v1': {
    /** What it is about */
    readonly topic: string;
    /** The service level that applies */
    readonly slaId?: string;
    /** The request in the words of the party */
    readonly text?: string;
  };
  /** What the party had asked help for was solved. */
  readonly 'rapport.support.SupportResolved.v1': {
    /** What solved it */
    readonly resolution?: string;
  };
  /** The party told the firm what it thinks, unasked. */
  readonly 'rapport.survey.FeedbackReceived.v1': {
    /** What it is about */
    readonly topic?: string;
    /** What the party said */
    readonly text?: string;
  };
  /** The party answered a survey with a score on a scale. */
  readonly 'rapport.survey.SurveyAnswered.v1': {
    /** What it measures with */
    readonly instrument: 'nps' | 'csat' | 'ces';
    /** The answer, on the scale */
    readonly score: number;
    /** Lowest answer possible */
    readonly scaleMin: number;
    /** Highest answer possible */
    readonly scaleMax: number;
    /** What the party wrote */
    readonly verbatim?: string;
  };
  /** The firm sent the party a survey, possibly about one touchpoint. */
  readonly 'rapport.survey.SurveySent.v1': {
    /** What it measures with */
    readonly instrument: 'nps' | 'csat' | 'ces';
    /** The touchpoint it asks about */
    readonly afterEvent?: string;
  };
}
