_fun = (env) => {
  const { question, email, conversationId } = env.state.INPUT;
  const text = (value) => JSON.stringify(value); // escapes as GraphQL does
  return JSON.stringify({
    query: `query { addAiAssistantJob(data: { question: ${text(question)} externalConversationId: ${text(conversationId)} email: ${text(email)} origin: DUST }) { data { jobId } } }`,
  });
}
