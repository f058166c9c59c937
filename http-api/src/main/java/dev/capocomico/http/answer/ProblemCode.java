package dev.capocomico.http.answer;

/** What can be wrong with a call. The names are part of what users see and never change their meaning. */
public enum ProblemCode {
    BAD_REQUEST(400, "the request is no HTTP that this server understands"),
    INVALID_PARAMETER(400, "a parameter is unknown, twice, or has a value that it cannot have"),
    INVALID_BODY(400, "the body is no JSON, or not within the bounds of depth and size of its values"),
    UNSUPPORTED_PATTERN(400, "the workflow uses a pattern or construct that this server cannot execute"),
    UNAUTHENTICATED(401, "there is no valid token"),
    FORBIDDEN(403, "the token's roles do not allow it"),
    CROSS_SITE(403, "a page of another site made the request, and the server asks for no token"),
    NOT_FOUND(404, "there is nothing here for this token's tenant"),
    METHOD_NOT_ALLOWED(405, "the address is known, but not with this method"),
    NOT_ACCEPTABLE(406, "the server has no answer of a kind that the request accepts"),
    REQUEST_TIMEOUT(408, "the body did not arrive in time"),
    CONFLICT(409, "the name, version or id is taken by something else"),
    ALREADY_EXECUTING(409, "the workflow has an execution that has not ended, and the call asked for none beside it"),
    WRONG_STATE(409, "the execution is not in a state in which it could do this"),
    ENDED(409, "the execution has ended"),
    QUARANTINED(409, "the execution cannot be recovered, and does nothing until it is released or cancelled"),
    HISTORY_REMOVED(410, "the execution has ended, and its history is kept no more"),
    TOO_LARGE(413, "the body is larger than this call takes, or than an execution may hold"),
    URI_TOO_LONG(414, "the address is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "the body is of a kind that this call does not take"),
    MISDIRECTED(421, "the request names a host that this server, which asks for no token, does not answer for"),
    INVALID_REQUEST(422, "the body does not have the form that the contract gives it"),
    INVALID_WORKFLOW(422, "the workflow has errors"),
    INVALID_INPUT(422, "the input does not fit the workflow's input_schema"),
    UNKNOWN_NAME(404, "the workflow has no such task or signal"),
    UPGRADE_REQUIRED(426, "the address speaks WebSocket, and the request asks for none"),
    FULL(429, "it holds as much as it may"),
    TOO_MANY_CALLS(429, "the tenant makes more calls than it may; nothing was done"),
    HEADERS_TOO_LARGE(431, "the headers are too many or too large"),
    INTERNAL_ERROR(500, "a fault of the server; it has been logged under the trace id"),
    NOT_IMPLEMENTED(501, "the method or encoding is none that this server knows"),
    UNAVAILABLE(503, "it cannot be said or done now; whether something was done is not known"),
    OVERLOADED(503, "the server has no room for the call at this moment; nothing was done"),
    AT_CAPACITY(507, "as many executions have work in flight as may"),
    INSUFFICIENT_RESOURCES(507, "the workflow asks for more than the cluster is configured for");

    private final int status;
    private final String meaning;

    ProblemCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    public int status() {
        return status;
    }

    /** In general; a problem's detail says what it was this time. */
    public String meaning() {
        return meaning;
    }
}
