//! The document that delivers. Subscribers get no field that is not selected here.

/// Selects every field of every type that an event holds, and the type's name, for which Apollo asks everywhere.
/// There must be no alias in it.
pub(crate) const PUBLISH: &str = "
mutation Publish($input: PublishEventsInput!) {
  publishEvents(input: $input) { __typename recipients events { __typename ...AnEvent } }
}
fragment AnEvent on Event { __typename
  id type at actorId conversationId seq rev hiddenSeq
  message { __typename ...AMessage }
  conversation { __typename ...AConversation }
  member { __typename conversationId userId user { __typename ...AUser } role joinedAt active }
  receipt { __typename conversationId userId deliveredSeq readSeq at }
  state { __typename ...AState }
  star { __typename conversationId seq message { __typename ...AMessage } starredAt }
  contact { __typename userId user { __typename ...AUser } name createdAt }
  blockedUser { __typename userId user { __typename ...AUser } createdAt }
  attachment { __typename ...AnAttachment }
}
fragment AUser on User { __typename
  id handle displayName about presence { __typename userId online lastSeenAt }
}
fragment AMessage on Message { __typename
  id conversationId seq rev senderId sender { __typename ...AUser } kind text mentions
  location { __typename latitude longitude name address accuracy }
  contact { __typename name phones emails userId }
  attachments { __typename ...AnAttachment }
  notice { __typename ...ANotice }
  replyToSeq replyTo { __typename id seq senderId kind text }
  forwardCount createdAt editedAt deletedAt deletedBy
  reactions { __typename emoji count userIds }
  pinnedAt pinnedUntil
}
fragment AnAttachment on Attachment { __typename
  id kind status rejection fileName contentType size width height durationMs blurHash waveform hasThumbnail createdAt
}
fragment ANotice on SystemNotice { __typename type actorId targetIds }
fragment AConversation on Conversation { __typename
  id kind title description memberCount createdBy createdAt participantIds participants { __typename ...AUser }
  policy { __typename editInfo send addMembers history }
  seq rev
  lastMessage { __typename seq messageId senderId kind text notice { __typename ...ANotice } deleted createdAt }
  updatedAt
  state { __typename ...AState }
}
fragment AState on ConversationState { __typename
  conversationId userId role joinedAt firstSeq readSeq deliveredSeq unreadCount pinnedAt mutedUntil archived
  markedUnread mentioned draft clearedSeq version
}
";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use apollo_compiler::executable::{Selection, SelectionSet};
    use apollo_compiler::schema::ExtendedType;
    use apollo_compiler::{ExecutableDocument, Schema};

    use super::*;

    /// What AppSync knows without being told.
    const OF_APPSYNC: &str = "
        scalar AWSDateTime scalar AWSJSON
        directive @aws_iam on OBJECT | FIELD_DEFINITION
        directive @aws_cognito_user_pools(cognito_groups: [String]) on OBJECT | FIELD_DEFINITION
        directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
    ";

    fn schema() -> apollo_compiler::validation::Valid<Schema> {
        let text = format!("{OF_APPSYNC}{}", include_str!("../../../../schema.graphql"));
        Schema::parse_and_validate(text, "schema.graphql").unwrap()
    }

    /// What a selection leaves out, as `Type.field`.
    fn left_out(schema: &Schema, document: &ExecutableDocument, set: &SelectionSet) -> BTreeSet<String> {
        let Some(ExtendedType::Object(object)) = schema.types.get(&set.ty) else { return BTreeSet::new() };
        let mut missing: BTreeSet<_> = object.fields.keys().map(ToString::to_string).collect();
        missing.insert("__typename".to_owned());
        let mut deeper = BTreeSet::new();
        let mut selections: Vec<_> = set.selections.iter().collect();
        while let Some(selection) = selections.pop() {
            match selection {
                Selection::Field(field) => {
                    assert_eq!(field.alias, None);
                    missing.remove(field.name.as_str());
                    deeper.extend(left_out(schema, document, &field.selection_set));
                }
                Selection::FragmentSpread(spread) => {
                    selections.extend(&document.fragments[&spread.fragment_name].selection_set.selections);
                }
                Selection::InlineFragment(_) => panic!("not used"),
            }
        }
        deeper.extend(missing.into_iter().map(|field| format!("{}.{field}", set.ty)));
        deeper
    }

    #[test]
    fn every_field_of_an_event_is_selected() {
        let schema = schema();
        let document = ExecutableDocument::parse_and_validate(&schema, PUBLISH, "publish.graphql").unwrap();
        let operation = document.operations.get(None).unwrap();
        let Selection::Field(root) = &operation.selection_set.selections[0] else { panic!("a field") };
        assert_eq!(left_out(&schema, &document, &root.selection_set), BTreeSet::new());
    }

    #[test]
    fn a_field_that_is_left_out_is_noticed() {
        let schema = schema();
        let text = PUBLISH.replace("updatedAt", "");
        let document = ExecutableDocument::parse_and_validate(&schema, text, "publish.graphql").unwrap();
        let operation = document.operations.get(None).unwrap();
        let Selection::Field(root) = &operation.selection_set.selections[0] else { panic!("a field") };
        let missing = left_out(&schema, &document, &root.selection_set);
        assert_eq!(missing, BTreeSet::from(["Conversation.updatedAt".to_owned()]));
    }
}
